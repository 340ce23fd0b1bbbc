using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Injection.Interception;

/// <summary>What is intercepted, in the terms of istio-iptables.</summary>
public sealed record InterceptionSettings
{
    private const string Everything = "*";
    private const int MaxInterfaceName = 15;
    private const int MaxGroupName = 32;

    /// <summary>Port of the proxy for outbound traffic (-p).</summary>
    public int OutboundPort { get; init; } = 15001;

    /// <summary>Port of the proxy for inbound traffic (-z).</summary>
    public int InboundPort { get; init; } = 15006;

    /// <summary>Users whose traffic is the proxy's own and goes out untouched (-u).</summary>
    public IReadOnlyList<long> Users { get; init; } = [1337];

    /// <summary>How inbound traffic gets to the proxy (-m).</summary>
    public InterceptionMode Mode { get; init; }

    /// <summary>Whether all destinations are intercepted.</summary>
    public bool AllRanges { get; init; } = true;

    /// <summary>Destinations that are intercepted where not all are (-i).</summary>
    public IReadOnlyList<IPNetwork> IncludeRanges { get; init; } = [];

    /// <summary>Destinations that are not (-x).</summary>
    public IReadOnlyList<IPNetwork> ExcludeRanges { get; init; } = [];

    /// <summary>Whether all inbound ports are intercepted.</summary>
    public bool AllInboundPorts { get; init; } = true;

    /// <summary>Inbound ports that are intercepted where not all are (-b).</summary>
    public IReadOnlyList<int> IncludeInboundPorts { get; init; } = [];

    /// <summary>Inbound ports that are not (-d).</summary>
    public IReadOnlyList<int> ExcludeInboundPorts { get; init; } = [];

    /// <summary>Outbound ports that are intercepted to whatever destination (-q).</summary>
    public IReadOnlyList<int> IncludeOutboundPorts { get; init; } = [];

    /// <summary>Outbound ports that are not (-o).</summary>
    public IReadOnlyList<int> ExcludeOutboundPorts { get; init; } = [];

    /// <summary>Interfaces of virtual machines, whose traffic counts as outbound (-k).</summary>
    public IReadOnlyList<string> VirtualInterfaces { get; init; } = [];

    /// <summary>Interfaces that are left alone (-c).</summary>
    public IReadOnlyList<string> ExcludeInterfaces { get; init; } = [];

    /// <summary>Groups whose traffic is the proxy's own too (-g).</summary>
    public IReadOnlyList<long> Groups { get; init; } = [1337];

    /// <summary>Whether the traffic of all groups is intercepted.</summary>
    public bool AllOwnerGroups { get; init; } = true;

    /// <summary>Groups, by name or number, whose traffic is intercepted where not that of all is (ISTIO_OUTBOUND_OWNER_GROUPS).</summary>
    public IReadOnlyList<string> IncludeOwnerGroups { get; init; } = [];

    /// <summary>Groups whose traffic is not, where that of all is (ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE).</summary>
    public IReadOnlyList<string> ExcludeOwnerGroups { get; init; } = [];

    /// <summary>Whether DNS queries go to the agent's port 15053 (--redirect-dns).</summary>
    public bool CaptureDns { get; init; }

    /// <summary>Whether these are all queries, not only those to <see cref="DnsServers"/> (--capture-all-dns).</summary>
    public bool CaptureAllDns { get; init; }

    /// <summary>The pod's resolvers.</summary>
    public IReadOnlyList<IPAddress> DnsServers { get; init; } = [];

    /// <summary>Whether packets of no known connection are dropped, instead of answered by a reset (--drop-invalid).</summary>
    public bool DropInvalid { get; init; }

    /// <summary>Reads a list of destinations: * for all.</summary>
    /// <exception cref="FormatException">An element is no range.</exception>
    public static (bool All, IReadOnlyList<IPNetwork> Ranges) ParseRanges(string text) =>
        text.Trim() == Everything ? (true, []) : (false, Elements(text).Select(Range).ToList());

    /// <summary>Reads a list of ports: * for all.</summary>
    /// <exception cref="FormatException">An element is no port.</exception>
    public static (bool All, IReadOnlyList<int> Ports) ParsePorts(string text) =>
        text.Trim() == Everything ? (true, []) : (false, Elements(text).Select(Port).Distinct().ToList());

    /// <summary>Reads a list of interfaces.</summary>
    /// <exception cref="FormatException">An element is no interface's name.</exception>
    public static IReadOnlyList<string> ParseInterfaces(string text) => Elements(text)
        .Select(name => name.Length <= MaxInterfaceName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '+') && name[0] != '-'
            ? name
            : throw new FormatException($"'{name}' is not the name of a network interface"))
        .ToList();

    /// <summary>Reads a list of numeric users or groups.</summary>
    /// <exception cref="FormatException">An element is no number.</exception>
    public static IReadOnlyList<long> ParseUsers(string text) => Elements(text)
        .Select(user => uint.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? (long)id : throw new FormatException($"'{user}' is not a numeric user or group"))
        .ToList();

    /// <summary>Reads a list of groups, by name or number: * for all.</summary>
    /// <exception cref="FormatException">An element is no group.</exception>
    public static (bool All, IReadOnlyList<string> Groups) ParseGroups(string text) =>
        text.Trim() == Everything ? (true, []) : (false, Elements(text).Select(Group).Distinct().ToList());

    /// <summary>Reads a port above 0.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static int ParsePort(string text) => Port(text) is > 0 and var port ? port : throw new FormatException($"'{text}' is not a port from 1 to 65535");

    private static string[] Elements(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Group(string text) =>
        text.Length <= MaxGroupName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') && text[0] != '-'
            ? text
            : throw new FormatException($"'{text}' is not a group");

    private static int Port(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : throw new FormatException($"'{text}' is not a port from 0 to 65535");

    /// <summary>A range; bits beyond its length are cut off, as iptables does.</summary>
    private static IPNetwork Range(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        if (!IPAddress.TryParse(host, out var address))
            throw new FormatException($"'{text}' is not an address range such as 10.0.0.0/8");
        var bytes = address.GetAddressBytes();
        var length = bytes.Length * 8;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bytes.Length * 8))
            throw new FormatException($"'{text}' is not an address range such as 10.0.0.0/8");
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(length - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }

    internal static bool IsOf(IPNetwork range, AddressFamily family) => range.BaseAddress.AddressFamily == family;
}
