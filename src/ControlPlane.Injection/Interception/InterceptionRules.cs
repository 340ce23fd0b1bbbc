using System.Net.Sockets;

namespace ControlPlane.Injection.Interception;

/// <summary>
/// Makes the rules by which the kernel leads a pod's TCP traffic to its proxy: what comes in to one port, what goes out to another; not what the
/// proxy itself sends, nor what stays on the loopback address.
/// </summary>
internal sealed class InterceptionRules(InterceptionSettings settings, AddressFamily family)
{
    /// <summary>Begins the name of each of our chains: by it clean-up knows them.</summary>
    public const string Prefix = "MESH_";

    /// <summary>Mark of packets that go to the proxy without translation, and number of the user that has them.</summary>
    public const int Mark = 1337;

    /// <summary>The routing table that delivers marked packets on this machine.</summary>
    public const int RoutingTable = 133;

    /// <summary>The address from which the proxy calls its application by IPv6.</summary>
    public const string ProxyAddressV6 = "::6/128";

    private const string Inbound = Prefix + "INBOUND";
    private const string ToInbound = Prefix + "TO_INBOUND";
    private const string Outbound = Prefix + "OUTBOUND";
    private const string ToOutbound = Prefix + "TO_OUTBOUND";
    private const string Virtual = Prefix + "VIRTUAL";
    private const string Divert = Prefix + "DIVERT";
    private const string Deliver = Prefix + "DELIVER";
    private const string Save = Prefix + "SAVE";
    private const string Restore = Prefix + "RESTORE";
    private const string Drop = Prefix + "DROP";

    // What the proxy sends to its application itself: another mark than what it received.
    private const int OwnMark = 1338;

    // Tunnels between proxies are terminated by the proxy itself and never translated.
    private const int TunnelPort = 15008;

    private readonly string _loopback = family == AddressFamily.InterNetwork ? "127.0.0.1/32" : "::1/128";

    // The proxy sends to its own application from this address, so that the answer is not intercepted again.
    private readonly string _fromProxy = family == AddressFamily.InterNetwork ? "127.0.0.6/32" : ProxyAddressV6;

    private readonly DnsRules _dns = new(settings, family);

    private bool IsTransparent => settings.Mode == InterceptionMode.Tproxy;

    /// <summary>The tables, only those that are needed.</summary>
    public IReadOnlyList<RuleTable> Tables
    {
        get
        {
            List<RuleTable> tables = [Nat()];
            if (IsTransparent || settings.DropInvalid)
                tables.Add(Mangle());
            if (_dns.IsOn)
                tables.Add(_dns.Raw());
            return tables;
        }
    }

    /// <summary>Matches of the proxy's own traffic: its users, then its groups.</summary>
    public static IEnumerable<string> Owners(InterceptionSettings settings) =>
        settings.Users.Select(user => $"-m owner --uid-owner {user}").Concat(settings.Groups.Select(group => $"-m owner --gid-owner {group}"));

    /// <summary>Rules that let traffic of groups pass that is not intercepted.</summary>
    public static IEnumerable<string> OtherGroups(InterceptionSettings settings, string chain)
    {
        if (settings.AllOwnerGroups)
            return settings.ExcludeOwnerGroups.Select(group => $"-A {chain} -m owner --gid-owner {group} -j RETURN");
        var none = string.Concat(settings.IncludeOwnerGroups.Select(group => $"-m owner ! --gid-owner {group} "));
        return [$"-A {chain} {none}-j RETURN"];
    }

    private RuleTable Nat()
    {
        List<string> chains = _dns.IsOn ? [DnsRules.Chain, ToOutbound, Outbound] : [ToOutbound, Outbound];
        List<string> rules =
        [
            .. _dns.IsOn ? _dns.Nat() : [],
            $"-A {ToOutbound} -p tcp -j REDIRECT --to-ports {settings.OutboundPort}",
            .. OutboundRules(),
            $"-A OUTPUT -p tcp -j {Outbound}",
        ];
        if (!IsTransparent)
        {
            chains.AddRange([ToInbound, Inbound]);
            rules.AddRange([
                $"-A {ToInbound} -p tcp -j REDIRECT --to-ports {settings.InboundPort}",
                .. InboundRules(ToInbound),
                $"-A PREROUTING -p tcp -j {Inbound}",
            ]);
        }

        if (settings.VirtualInterfaces.Count > 0)
        {
            chains.Add(Virtual);
            rules.AddRange(VirtualRules());
        }

        return new("nat", chains, rules);
    }

    private IEnumerable<string> InboundRules(string target)
    {
        foreach (var name in settings.ExcludeInterfaces)
            yield return $"-A {Inbound} -i {name} -j RETURN";
        yield return $"-A {Inbound} -p tcp --dport {TunnelPort} -j RETURN";
        foreach (var port in settings.ExcludeInboundPorts)
            yield return $"-A {Inbound} -p tcp --dport {port} -j RETURN";
        if (settings.AllInboundPorts)
        {
            yield return $"-A {Inbound} -p tcp -j {target}";
            yield break;
        }

        foreach (var port in settings.IncludeInboundPorts)
            yield return $"-A {Inbound} -p tcp --dport {port} -j {target}";
    }

    private IEnumerable<string> OutboundRules()
    {
        foreach (var name in settings.ExcludeInterfaces)
            yield return $"-A {Outbound} -o {name} -j RETURN";
        foreach (var port in settings.ExcludeOutboundPorts)
            yield return $"-A {Outbound} -p tcp --dport {port} -j RETURN";
        yield return $"-A {Outbound} -s {_fromProxy} -o lo -j RETURN";
        // An application that calls itself by its service's address: the proxy sends that to the pod's own address, and it comes in again.
        // The agent's own queries to a resolver in the pod must not.
        var ports = _dns.IsOn ? $"-m multiport ! --dports {DnsRules.Port},{TunnelPort}" : $"-m tcp ! --dport {TunnelPort}";
        foreach (var owner in IsTransparent ? [] : Owners(settings))
            yield return $"-A {Outbound} ! -d {_loopback} -o lo -p tcp {ports} {owner} -j {ToInbound}";

        // The loopback interface belongs to the application, the rest of the proxy's traffic goes where it wants.
        yield return $"-A {Outbound} -o lo -j RETURN";
        foreach (var owner in Owners(settings))
            yield return $"-A {Outbound} {owner} -j RETURN";
        foreach (var rule in OtherGroups(settings, Outbound))
            yield return rule;
        yield return $"-A {Outbound} -d {_loopback} -j RETURN";
        foreach (var rule in Destinations(Outbound))
            yield return rule;
    }

    private IEnumerable<string> Destinations(string chain)
    {
        foreach (var range in settings.ExcludeRanges.Where(range => InterceptionSettings.IsOf(range, family)))
            yield return $"-A {chain} -d {range} -j RETURN";
        foreach (var port in settings.IncludeOutboundPorts)
            yield return $"-A {chain} -p tcp --dport {port} -j {ToOutbound}";
        if (settings.AllRanges)
        {
            yield return $"-A {chain} -p tcp -j {ToOutbound}";
            yield break;
        }

        foreach (var range in settings.IncludeRanges.Where(range => InterceptionSettings.IsOf(range, family)))
            yield return $"-A {chain} -d {range} -p tcp -j {ToOutbound}";
    }

    private IEnumerable<string> VirtualRules()
    {
        foreach (var rule in Destinations(Virtual))
            yield return rule;
        yield return $"-A {Virtual} -j ACCEPT";

        // Before the rule for inbound traffic: what a virtual machine sends is outbound.
        foreach (var name in settings.VirtualInterfaces)
            yield return $"-I PREROUTING 1 -i {name} -p tcp -j {Virtual}";
    }

    private RuleTable Mangle()
    {
        var (chains, rules) = (new List<string>(), new List<string>());
        if (settings.DropInvalid)
        {
            chains.Add(Drop);
            rules.AddRange([$"-A {Drop} -j DROP", $"-A PREROUTING -m conntrack --ctstate INVALID -j {Drop}"]);
        }

        if (IsTransparent)
        {
            chains.AddRange([Divert, Deliver, Inbound, Save, Restore]);
            rules.AddRange(TransparentRules());
        }

        return new("mangle", chains, rules);
    }

    private List<string> TransparentRules()
    {
        List<string> rules =
        [
            $"-A {Divert} -j MARK --set-mark {Mark}",
            $"-A {Divert} -j ACCEPT",
            $"-A {Deliver} ! -d {_loopback} -p tcp -j TPROXY --on-port {settings.InboundPort} --tproxy-mark {Mark}",
            $"-A {Inbound} -p tcp -m mark --mark {Mark} -j RETURN",
            $"-A {Inbound} -s {_fromProxy} -i lo -p tcp -j RETURN",
            $"-A {Inbound} -i lo -p tcp -m mark ! --mark {OwnMark} -j RETURN",
        ];
        var selected = InboundRules(Deliver).ToList();
        var target = selected.FindIndex(rule => rule.EndsWith(Deliver, StringComparison.Ordinal));

        // Packets of connections that the proxy has already go to it by the socket.
        selected.Insert(target < 0 ? selected.Count : target, $"-A {Inbound} -p tcp -m conntrack --ctstate RELATED,ESTABLISHED -j {Divert}");
        rules.AddRange(selected);
        rules.Add($"-A {Save} -p tcp -m mark --mark {Mark} -j CONNMARK --save-mark");
        rules.Add($"-A {Restore} -o lo -p tcp -m mark --mark {Mark} -j RETURN");
        foreach (var owner in Owners(settings))
            rules.Add($"-A {Restore} ! -d {_loopback} -o lo -p tcp {owner} -j MARK --set-mark {OwnMark}");
        rules.Add($"-A {Restore} -p tcp -m connmark --mark {Mark} -j CONNMARK --restore-mark");
        rules.AddRange([$"-A PREROUTING -p tcp -j {Inbound}", $"-A PREROUTING -p tcp -j {Save}", $"-A OUTPUT -p tcp -j {Restore}"]);
        return rules;
    }
}
