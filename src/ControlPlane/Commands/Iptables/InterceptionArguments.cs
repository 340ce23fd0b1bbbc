using System.CommandLine;
using ControlPlane.Injection.Interception;

namespace ControlPlane.Commands.Iptables;

/// <summary>The options of the command that say what is intercepted, named as those of istio-iptables.</summary>
internal sealed class InterceptionArguments
{
    private const string GroupsVariable = "ISTIO_OUTBOUND_OWNER_GROUPS";

    private readonly Command _command;
    private readonly Func<string, string?> _environment;
    private readonly Option<string> _outboundPort, _inboundPort, _users, _groups, _mode, _include, _exclude, _inbound, _noInbound, _outbound, _noOutbound;
    private readonly Option<string> _virtual, _noInterfaces, _resolvers;
    private readonly Option<bool> _dns, _allDns, _dropInvalid;

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="environment">The environment, which switches some on.</param>
    public InterceptionArguments(Command command, Func<string, string?> environment)
    {
        (_command, _environment) = (command, environment);
        _outboundPort = Add("--envoy-port", "-p", "PORT", "15001", "The proxy's port for outbound traffic.");
        _inboundPort = Add("--inbound-capture-port", "-z", "PORT", "15006", "The proxy's port for inbound traffic.");
        _users = Add("--proxy-uid", "-u", "USER,...", "1337", "Users whose traffic is the proxy's own.");
        _groups = Add("--proxy-gid", "-g", "GROUP,...", "", "Groups whose traffic is the proxy's own [default: as --proxy-uid].");
        _mode = Add("--istio-inbound-interception-mode", "-m", "MODE", "REDIRECT", "REDIRECT or TPROXY.");
        _include = Add("--istio-service-cidr", "-i", "RANGE,...", "*", "Destinations that are intercepted; * for all.");
        _exclude = Add("--istio-service-exclude-cidr", "-x", "RANGE,...", "", "Destinations that are not.");
        _inbound = Add("--istio-inbound-ports", "-b", "PORT,...", "*", "Inbound ports that are intercepted; * for all.");
        _noInbound = Add("--istio-local-exclude-ports", "-d", "PORT,...", "", "Inbound ports that are not.");
        _outbound = Add("--istio-outbound-ports", "-q", "PORT,...", "", "Outbound ports that are intercepted to whatever destination.");
        _noOutbound = Add("--istio-local-outbound-ports-exclude", "-o", "PORT,...", "", "Outbound ports that are not.");
        _virtual = Add("--kube-virt-interfaces", "-k", "NAME,...", "", "Interfaces of virtual machines, whose traffic counts as outbound.");
        _noInterfaces = Add("--istio-exclude-interfaces", "-c", "NAME,...", "", "Interfaces that are left alone.");
        _dns = AddSwitch("--redirect-dns", "Lead DNS queries to the resolvers of resolv.conf to the agent, port 15053.");
        _allDns = AddSwitch("--capture-all-dns", "With --redirect-dns: those to any address.");
        _dropInvalid = AddSwitch("--drop-invalid", "Drop packets of no known connection.");
        _resolvers = Add("--resolv-conf", null, "FILE", "/etc/resolv.conf", "The file that names the pod's resolvers.");
    }

    /// <summary>What is asked for.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="error">Told what has no effect.</param>
    /// <exception cref="FormatException">A value can't be used.</exception>
    /// <exception cref="IOException">The file of resolvers can't be read.</exception>
    public InterceptionSettings Read(ParseResult result, TextWriter error)
    {
        var (allRanges, ranges) = InterceptionSettings.ParseRanges(Text(_include));
        var (allInbound, inbound) = InterceptionSettings.ParsePorts(Text(_inbound));
        var (allGroups, groups) = InterceptionSettings.ParseGroups(_environment(GroupsVariable) ?? "*");
        return WithDns(result, error, new InterceptionSettings
        {
            OutboundPort = InterceptionSettings.ParsePort(Text(_outboundPort)),
            InboundPort = InterceptionSettings.ParsePort(Text(_inboundPort)),
            Users = InterceptionSettings.ParseUsers(Text(_users)),
            Groups = InterceptionSettings.ParseUsers(Text(Text(_groups).Length > 0 ? _groups : _users)),
            Mode = Text(_mode) switch
            {
                "REDIRECT" => InterceptionMode.Redirect,
                "TPROXY" => InterceptionMode.Tproxy,
                var other => throw new FormatException($"'{other}' is not REDIRECT or TPROXY"),
            },
            AllRanges = allRanges,
            IncludeRanges = ranges,
            ExcludeRanges = InterceptionSettings.ParseRanges(Text(_exclude)).Ranges,
            AllInboundPorts = allInbound,
            IncludeInboundPorts = inbound,
            ExcludeInboundPorts = InterceptionSettings.ParsePorts(Text(_noInbound)).Ports,
            IncludeOutboundPorts = InterceptionSettings.ParsePorts(Text(_outbound)).Ports,
            ExcludeOutboundPorts = InterceptionSettings.ParsePorts(Text(_noOutbound)).Ports,
            VirtualInterfaces = InterceptionSettings.ParseInterfaces(Text(_virtual)),
            ExcludeInterfaces = InterceptionSettings.ParseInterfaces(Text(_noInterfaces)),
            AllOwnerGroups = allGroups,
            IncludeOwnerGroups = groups,
            ExcludeOwnerGroups = InterceptionSettings.ParseGroups(_environment($"{GroupsVariable}_EXCLUDE") ?? "").Groups,
            DropInvalid = IsOn(result, _dropInvalid, "DROP_INVALID", "INVALID_DROP"),
        });

        string Text(Option<string> option) => result.GetValue(option) ?? "";
    }

    private InterceptionSettings WithDns(ParseResult result, TextWriter error, InterceptionSettings settings)
    {
        if (!IsOn(result, _dns, "REDIRECT_DNS", "ISTIO_META_DNS_CAPTURE"))
            return settings;
        if (IsOn(result, _allDns, "CAPTURE_ALL_DNS"))
            return settings with { CaptureDns = true, CaptureAllDns = true };
        var file = result.GetValue(_resolvers)!;
        var servers = ResolverFile.Read(File.ReadAllText(file));
        if (servers.Count == 0)
            error.WriteLine($"controlplane: DNS is not captured: {file} names no resolver");
        return settings with { CaptureDns = servers.Count > 0, DnsServers = servers };
    }

    private bool IsOn(ParseResult result, Option<bool> option, params string[] variables) =>
        result.GetValue(option) || variables.Any(variable => _environment(variable) is "true" or "True" or "TRUE" or "t" or "T" or "1");

    private Option<string> Add(string name, string? alias, string value, string fallback, string description)
    {
        var shown = fallback.Length == 0 ? "" : $" [default: {fallback}]";
        var option = new Option<string>(name, alias is null ? [] : [alias]) { HelpName = value, Description = description + shown, DefaultValueFactory = _ => fallback };
        _command.Options.Add(option);
        return option;
    }

    private Option<bool> AddSwitch(string name, string description)
    {
        var option = new Option<bool>(name) { Description = description };
        _command.Options.Add(option);
        return option;
    }
}
