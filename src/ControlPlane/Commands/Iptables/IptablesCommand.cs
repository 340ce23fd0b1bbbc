using System.CommandLine;
using ControlPlane.Commands.Help;
using ControlPlane.Injection.Interception;

namespace ControlPlane.Commands.Iptables;

/// <summary>The command <c>iptables</c>: leads a pod's traffic to its proxy.</summary>
public static class IptablesCommand
{
    private static readonly string[] Examples =
    [
        "controlplane iptables --dry-run                                  # the rules for IPv4 and IPv6, for reading",
        "controlplane iptables --apply -i '*' -x 10.1.0.0/16 -d 15021,15090   # in the pod's network namespace, with NET_ADMIN",
        "controlplane iptables --cleanup",
    ];

    private const string After =
        """
        The options are those of istio-iptables. All rules are in chains of their own, whose names begin with MESH_; a second run leaves the same
        rules as the first. It needs the programs iptables-save, iptables-restore (and their ip6tables twins), with --mode TPROXY ip too.
        Exit codes: 0 done; 1 it could not be done; 2 wrong usage.
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command("iptables", "Lead a pod's traffic to its proxy.");
        var dryRun = new Option<bool>("--dry-run") { Description = "Print the rules; change nothing." };
        var apply = new Option<bool>("--apply") { Description = "Set up the rules." };
        var cleanUp = new Option<bool>("--cleanup") { Description = "Take the rules away." };
        foreach (var option in new[] { dryRun, apply, cleanUp })
            command.Options.Add(option);
        var texts = new Texts(command);
        command.Validators.Add(result =>
        {
            if (new[] { dryRun, apply, cleanUp }.Count(option => result.GetValue(option)) != 1)
                result.AddError("Give one of --dry-run, --apply and --cleanup.");
        });
        command.SetAction((result, stop) =>
        {
            var action = result.GetValue(cleanUp) ? IptablesAction.CleanUp : result.GetValue(apply) ? IptablesAction.Apply : IptablesAction.DryRun;
            try
            {
                return new IptablesRun(action, texts.Read(result), output, error).ExecuteAsync(stop);
            }
            catch (FormatException fault)
            {
                return Task.FromResult(UsageReport.Write(error, [fault.Message], "controlplane iptables"));
            }
        });
        return command.WithHelp(Examples, After);
    }

    /// <summary>The options that say what is intercepted.</summary>
    private sealed class Texts
    {
        private readonly Option<string> _outboundPort, _inboundPort, _users, _mode, _include, _exclude, _inbound, _noInbound, _outbound, _noOutbound, _virtual, _noInterfaces;

        public Texts(Command command)
        {
            _outboundPort = Add(command, "--envoy-port", "-p", "PORT", "15001", "The proxy's port for outbound traffic.");
            _inboundPort = Add(command, "--inbound-capture-port", "-z", "PORT", "15006", "The proxy's port for inbound traffic.");
            _users = Add(command, "--proxy-uid", "-u", "USER,...", "1337", "Users whose traffic is the proxy's own.");
            _mode = Add(command, "--istio-inbound-interception-mode", "-m", "MODE", "REDIRECT", "REDIRECT or TPROXY.");
            _include = Add(command, "--istio-service-cidr", "-i", "RANGE,...", "*", "Destinations that are intercepted; * for all.");
            _exclude = Add(command, "--istio-service-exclude-cidr", "-x", "RANGE,...", "", "Destinations that are not.");
            _inbound = Add(command, "--istio-inbound-ports", "-b", "PORT,...", "*", "Inbound ports that are intercepted; * for all.");
            _noInbound = Add(command, "--istio-local-exclude-ports", "-d", "PORT,...", "", "Inbound ports that are not.");
            _outbound = Add(command, "--istio-outbound-ports", "-q", "PORT,...", "", "Outbound ports that are intercepted to whatever destination.");
            _noOutbound = Add(command, "--istio-local-outbound-ports-exclude", "-o", "PORT,...", "", "Outbound ports that are not.");
            _virtual = Add(command, "--kube-virt-interfaces", "-k", "NAME,...", "", "Interfaces of virtual machines, whose traffic counts as outbound.");
            _noInterfaces = Add(command, "--istio-exclude-interfaces", "-c", "NAME,...", "", "Interfaces that are left alone.");
        }

        public InterceptionSettings Read(ParseResult result)
        {
            var (allRanges, ranges) = InterceptionSettings.ParseRanges(Text(_include));
            var (allInbound, inbound) = InterceptionSettings.ParsePorts(Text(_inbound));
            return new InterceptionSettings
            {
                OutboundPort = InterceptionSettings.ParsePort(Text(_outboundPort)),
                InboundPort = InterceptionSettings.ParsePort(Text(_inboundPort)),
                Users = InterceptionSettings.ParseUsers(Text(_users)),
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
            };

            string Text(Option<string> option) => result.GetValue(option) ?? "";
        }

        private static Option<string> Add(Command command, string name, string alias, string value, string fallback, string description)
        {
            var shown = fallback.Length == 0 ? "" : $" [default: {fallback}]";
            var option = new Option<string>(name, alias) { HelpName = value, Description = description + shown, DefaultValueFactory = _ => fallback };
            command.Options.Add(option);
            return option;
        }
    }
}
