using System.CommandLine;
using ControlPlane.Commands.Help;
using ControlPlane.Options;

namespace ControlPlane.Commands.Serve;

/// <summary>The command <c>serve</c>: runs the control plane until SIGINT or SIGTERM.</summary>
public static class ServeCommand
{
    private static readonly string[] Examples =
    [
        "controlplane serve                                        # the built-in Bookinfo sample on loopback",
        "controlplane serve --source dir:./mesh                    # a directory of Kubernetes YAML, watched",
        "controlplane serve --source kubernetes --context staging  # a cluster",
        "controlplane serve --source dir:./mesh --xds-address '*:15010'   # for proxies on other machines, without TLS",
        "controlplane serve --xds-address 127.0.0.1:0 --secure-xds-address 127.0.0.1:0 --http-address 127.0.0.1:0 --monitoring-address 127.0.0.1:0   # free ports",
    ];

    private const string After =
        """
        Each setting can also come from the environment: --xds-address from CONTROLPLANE_XDS_ADDRESS, and so on; the command line wins.
        SIGINT or SIGTERM ends it in order: not ready, GOAWAY, end of streams. A second signal ends it at once.
        Exit codes: 0 ended by a signal; 1 could not start, e.g. since an address is in use; 2 wrong usage, all faults are listed.
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command("serve", "Serve proxies: read objects, translate them, answer over xDS, follow every change.");
        var settings = new SettingBinder(command, Settings.All);
        command.SetAction((result, cancellationToken) =>
        {
            var values = settings.Values(result);
            var options = ServerOptions.Read(values);
            return values.Faults.Count > 0
                ? Task.FromResult(UsageReport.Write(error, values.Faults, "controlplane serve"))
                : new ServeRun(options, output, error).ExecuteAsync(cancellationToken);
        });
        return command.WithHelp(Examples, After);
    }
}
