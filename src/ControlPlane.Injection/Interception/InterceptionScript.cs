using System.Net.Sockets;
using System.Text;

namespace ControlPlane.Injection.Interception;

/// <summary>
/// Writes rules for iptables-restore --noflush: one transaction per table that takes away what an earlier run left and adds what is wanted, so that
/// any number of runs leaves the same rules, and no packet ever meets half of them. Nobody else's rules are touched.
/// </summary>
public static class InterceptionScript
{
    private static readonly string[] TableNames = ["nat", "mangle", "raw"];

    /// <summary>The script that sets up interception.</summary>
    /// <param name="settings">What is wanted.</param>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="existing">Output of iptables-save; "" where nothing is there.</param>
    public static string Apply(InterceptionSettings settings, AddressFamily family, string existing)
    {
        var wanted = new InterceptionRules(settings, family).Tables;
        return Write(wanted, existing);
    }

    /// <summary>The script that takes interception away; "" where there is none.</summary>
    /// <param name="existing">Output of iptables-save.</param>
    public static string CleanUp(string existing) => Write([], existing);

    /// <summary>Commands of ip (without its name) that route marked packets to this machine; none without transparent interception.</summary>
    public static IReadOnlyList<string> Routes(InterceptionSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Mode == InterceptionMode.Tproxy ? [.. RouteRemovals, .. RouteAdditions] : [];
    }

    /// <summary>Commands of ip that undo <see cref="Routes"/>; they may fail where there is nothing to undo.</summary>
    public static IReadOnlyList<string> RouteRemovals { get; } =
        [$"rule del fwmark {InterceptionRules.Mark} lookup {InterceptionRules.RoutingTable}", $"route del local default dev lo table {InterceptionRules.RoutingTable}"];

    /// <summary>
    /// Commands of ip that give the loopback interface the address from which the proxy calls its own application: of IPv6 only, for all of
    /// 127/8 is there by itself.
    /// </summary>
    /// <param name="family">IPv4 or IPv6.</param>
    public static IReadOnlyList<string> Addresses(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? [$"addr add {InterceptionRules.ProxyAddressV6} dev lo"] : [];

    /// <summary>Commands of ip that undo <see cref="Addresses"/>; they may fail where there is nothing to undo.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    public static IReadOnlyList<string> AddressRemovals(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? [$"addr del {InterceptionRules.ProxyAddressV6} dev lo"] : [];

    private static string[] RouteAdditions { get; } =
        [$"rule add fwmark {InterceptionRules.Mark} lookup {InterceptionRules.RoutingTable}", $"route add local default dev lo table {InterceptionRules.RoutingTable}"];

    private static string Write(IReadOnlyList<RuleTable> wanted, string existing)
    {
        ArgumentNullException.ThrowIfNull(existing);
        var text = new StringBuilder();
        foreach (var name in TableNames)
        {
            var table = wanted.FirstOrDefault(one => one.Name == name);
            var (jumps, chains) = Ours(existing, name);
            var obsolete = chains.Except(table?.Chains ?? []).ToList();
            if (table is null && jumps.Count == 0 && chains.Count == 0)
                continue;
            text.Append('*').Append(name).Append('\n');

            // Naming a chain of ours empties it.
            foreach (var chain in (table?.Chains ?? []).Concat(obsolete))
                text.Append(':').Append(chain).Append(" - [0:0]\n");
            foreach (var jump in jumps)
                text.Append("-D").Append(jump.AsSpan(2)).Append('\n');
            foreach (var rule in table?.Rules ?? [])
                text.Append(rule).Append('\n');
            foreach (var chain in obsolete)
                text.Append("-X ").Append(chain).Append('\n');
            text.Append("COMMIT\n");
        }

        return text.ToString();
    }

    /// <summary>Jumps from built-in chains to ours, and our chains, in one table of a save.</summary>
    private static (List<string> Jumps, List<string> Chains) Ours(string save, string table)
    {
        var (jumps, chains) = (new List<string>(), new List<string>());
        var inTable = false;
        foreach (var line in save.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '*')
                inTable = line.AsSpan(1).SequenceEqual(table);
            else if (inTable && line.StartsWith(":" + InterceptionRules.Prefix, StringComparison.Ordinal))
                chains.Add(line[1..].Split(' ')[0]);
            else if (inTable && line.StartsWith("-A ", StringComparison.Ordinal) && !line.StartsWith("-A " + InterceptionRules.Prefix, StringComparison.Ordinal)
                     && line.Contains($"-j {InterceptionRules.Prefix}", StringComparison.Ordinal))
                jumps.Add(line);
        }

        return (jumps, chains);
    }
}
