using System.Net;
using System.Text.Json;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.WorkloadEntry;
using ControlPlane.Translation.Views.Services;
using Message = Istio.Networking.V1Alpha3.ServiceEntry;

namespace ControlPlane.Translation.Features.ServiceEntry;

/// <summary>Reads ServiceEntries.</summary>
internal static class ServiceEntryReader
{
    private const string AutoAllocation = "networking.istio.io/enable-autoallocate-ip";
    private const string ConnectStrategy = "istio.io/connect-strategy";
    private const string RaceFirst = "RACE_FIRST_TCP_CONNECT";

    /// <summary>Reads one object. What depends on other objects (defaults of mesh and namespace) is left open.</summary>
    public static Parsed<ServiceEntrySpec> Read(ConfigObject source) => SpecReader.Parse<Message, ServiceEntrySpec>(
        source,
        (message, problems) => ServiceEntryRules.Check(message, source, IsAutoAllocated(message, source), problems),
        message => Spec(message, source));

    private static ServiceEntrySpec Spec(Message message, ConfigObject source) => new()
    {
        Services = Services(message, source).ToEquatableArray(),
        Endpoints = message.Endpoints.Select((e, i) => WorkloadEntryReader.Inline(e, source, i)).ToEquatableArray(),
        Selector = message.WorkloadSelector is { } selector ? LabelMap.From(selector.Labels) : null,
    };

    private static IEnumerable<MeshService> Services(Message message, ConfigObject source)
    {
        var template = Template(message, source);
        var given = message.Addresses.Select(Normal).OfType<string>().ToList();
        var allocated = IsAutoAllocated(message, source) ? Allocated(source.StatusJson) : [];
        foreach (var host in message.Hosts)
        {
            if (message.Addresses.Count == 0)
            {
                yield return template with { Host = host, Name = host, AutoAddresses = FirstOfEachFamily(allocated, host) };
                continue;
            }

            foreach (var address in given)
                yield return template with { Host = host, Name = host, Addresses = [address] };
        }
    }

    private static MeshService Template(Message message, ConfigObject source) => new()
    {
        Host = "",
        Name = "",
        Namespace = source.Meta.Namespace,
        IsKubernetes = false,
        Source = source.Key,
        CreationTime = source.Meta.CreationTime,
        Resolution = message.Resolution switch
        {
            Message.Types.Resolution.Static => Resolution.ClientSide,
            Message.Types.Resolution.Dns => Resolution.Dns,
            Message.Types.Resolution.DnsRoundRobin => Resolution.DnsRoundRobin,
            Message.Types.Resolution.DynamicDns => Resolution.DynamicDns,
            _ => Resolution.Passthrough,
        },
        Ports = message.Ports.Select(static p => new MeshServicePort
        {
            Name = p.Name,
            Number = (int)p.Number,
            Protocol = Protocols.OfWord(p.Protocol),
            TargetPort = (int)p.TargetPort,
        }).ToEquatableArray(),
        MeshExternal = message.Location == Message.Types.Location.MeshExternal,
        Selector = message.WorkloadSelector is { } selector ? LabelMap.From(selector.Labels) : LabelMap.Empty,
        SubjectAltNames = message.SubjectAltNames.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray(),
        DeclaredExportTo = message.ExportTo.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray(),
        Labels = source.Meta.Labels,
        RacesConnections = source.Meta.Annotations[ConnectStrategy] == RaceFirst,
    };

    /// <summary>An address without a prefix that says nothing; null for what is no address.</summary>
    private static string? Normal(string address)
    {
        var slash = address.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return ServiceAddresses.IsIp(address) ? address : null;
        if (!IPAddress.TryParse(address.AsSpan(0, slash), out var ip) || !int.TryParse(address.AsSpan(slash + 1), out var length))
            return null;
        return length == ip.GetAddressBytes().Length * 8 ? address[..slash] : address;
    }

    /// <summary>Whether addresses that were allocated for the object count.</summary>
    private static bool IsAutoAllocated(Message message, ConfigObject source) =>
        message.Resolution != Message.Types.Resolution.None
        && message.Addresses.Count == 0
        && !string.Equals(source.Meta.Labels[AutoAllocation], "false", StringComparison.OrdinalIgnoreCase);

    private static List<(string Host, string Address)> Allocated(string statusJson)
    {
        var result = new List<(string, string)>();
        if (statusJson.Length == 0)
            return result;
        try
        {
            using var status = JsonDocument.Parse(statusJson, new JsonDocumentOptions { MaxDepth = 32 });
            if (!status.RootElement.TryGetProperty("addresses", out var addresses) || addresses.ValueKind != JsonValueKind.Array)
                return result;
            foreach (var entry in addresses.EnumerateArray())
            {
                var value = entry.TryGetProperty("value", out var v) ? v.GetString() : null;
                var host = entry.TryGetProperty("host", out var h) ? h.GetString() : null;
                if (value is not null && host is not null && IPAddress.TryParse(value, out _))
                    result.Add((host, value));
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return [];
        }

        return result;
    }

    /// <summary>Of each family the last, IPv4 before IPv6.</summary>
    private static EquatableArray<string> FirstOfEachFamily(List<(string Host, string Address)> allocated, string host)
    {
        var own = allocated.Where(a => a.Host == host).Select(static a => a.Address).ToList();
        return new[] { own.LastOrDefault(static a => !ServiceAddresses.IsIpv6(a)), own.LastOrDefault(ServiceAddresses.IsIpv6) }.OfType<string>().ToEquatableArray();
    }
}
