using System.Net.Sockets;

namespace ControlPlane.Injection.Interception;

/// <summary>
/// Makes the rules that lead a pod's DNS queries to its agent, in the effect of istio-iptables (tools/istio-iptables, SetupDNSRedir): those to the
/// resolvers of resolv.conf only, for a resolver in the pod that asks others would ask the agent again and again; the proxy's own never.
/// </summary>
internal sealed class DnsRules(InterceptionSettings settings, AddressFamily family)
{
    /// <summary>The port of DNS.</summary>
    public const int Port = 53;

    /// <summary>The chain of the table nat.</summary>
    public const string Chain = InterceptionRules.Prefix + "DNS";

    private const int AgentPort = 15053;
    private const string Sent = InterceptionRules.Prefix + "DNS_SENT";
    private const string Received = InterceptionRules.Prefix + "DNS_RECEIVED";

    // Two queries of the same ports, one to the agent and one from it, would be one connection to the kernel: each side has a zone of its own.
    private const int UpstreamZone = 1;
    private const int ApplicationZone = 2;

    private readonly IReadOnlyList<string> _servers =
        [.. settings.DnsServers.Where(server => server.AddressFamily == family).Select(server => $"{server}/{(family == AddressFamily.InterNetwork ? 32 : 128)}")];

    /// <summary>Whether anything is captured.</summary>
    public bool IsOn => settings.CaptureDns && (settings.CaptureAllDns || _servers.Count > 0) && !settings.ExcludeOutboundPorts.Contains(Port);

    /// <summary>The rules of <see cref="Chain"/> and the jumps to it, which come before those for other traffic.</summary>
    public IEnumerable<string> Nat()
    {
        foreach (var name in settings.ExcludeInterfaces)
            yield return $"-A {Chain} -o {name} -j RETURN";
        foreach (var owner in InterceptionRules.Owners(settings))
            yield return $"-A {Chain} {owner} -j RETURN";
        foreach (var rule in InterceptionRules.OtherGroups(settings, Chain))
            yield return rule;
        foreach (var protocol in (string[])["udp", "tcp"])
        {
            foreach (var server in To("-d"))
                yield return $"-A {Chain} {server}-p {protocol} --dport {Port} -j REDIRECT --to-ports {AgentPort}";
        }

        foreach (var protocol in (string[])["udp", "tcp"])
            yield return $"-A OUTPUT -p {protocol} --dport {Port} -j {Chain}";
    }

    /// <summary>The zones of UDP's connections.</summary>
    public RuleTable Raw()
    {
        var rules = new List<string>();
        foreach (var owner in InterceptionRules.Owners(settings))
        {
            rules.Add($"-A {Sent} -p udp --dport {Port} {owner} -j CT --zone {UpstreamZone}");
            rules.Add($"-A {Sent} -p udp --sport {AgentPort} {owner} -j CT --zone {ApplicationZone}");
        }

        rules.AddRange(To("-d").Select(server => $"-A {Sent} {server}-p udp --dport {Port} -j CT --zone {ApplicationZone}"));
        rules.AddRange(To("-s").Select(server => $"-A {Received} {server}-p udp --sport {Port} -j CT --zone {UpstreamZone}"));
        rules.AddRange([$"-A OUTPUT -p udp -j {Sent}", $"-A PREROUTING -p udp -j {Received}"]);
        return new("raw", [Sent, Received], rules);
    }

    private IEnumerable<string> To(string direction) => settings.CaptureAllDns ? [""] : _servers.Select(server => $"{direction} {server} ");
}
