using System.CommandLine;
using ControlPlane.Commands.Help;

namespace ControlPlane.Commands.Iptables;

/// <summary>The command <c>iptables</c>: leads a pod's traffic to its proxy.</summary>
public static class IptablesCommand
{
    private static readonly string[] Examples =
    [
        "controlplane iptables --dry-run                                  # the rules for IPv4 and IPv6, for reading",
        "controlplane iptables --apply -i '*' -x 10.1.0.0/16 -d 15021,15090   # in the pod's network namespace, with NET_ADMIN",
        "controlplane iptables --apply --redirect-dns                     # DNS queries to the agent too",
        "controlplane iptables --cleanup",
    ];

    private const string After =
        """
        The options are those of istio-iptables. The switches are on too where ISTIO_META_DNS_CAPTURE (or REDIRECT_DNS), CAPTURE_ALL_DNS,
        INVALID_DROP (or DROP_INVALID) say true; groups are given by ISTIO_OUTBOUND_OWNER_GROUPS and ISTIO_OUTBOUND_OWNER_GROUPS_EXCLUDE. All rules are in chains of their own, whose names begin with MESH_; a second run leaves the same
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
        var texts = new InterceptionArguments(command, Environment.GetEnvironmentVariable);
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
                return new IptablesRun(action, texts.Read(result, error), output, error).ExecuteAsync(stop);
            }
            catch (Exception fault) when (fault is FormatException or IOException or UnauthorizedAccessException)
            {
                return Task.FromResult(UsageReport.Write(error, [fault.Message], "controlplane iptables"));
            }
        });
        return command.WithHelp(Examples, After);
    }
}
