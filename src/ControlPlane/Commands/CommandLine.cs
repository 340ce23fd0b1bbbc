using System.CommandLine;
using System.CommandLine.Invocation;
using ControlPlane.Commands.Help;

namespace ControlPlane.Commands;

/// <summary>The command line: parses arguments, prints usage errors, runs a command.</summary>
public static class CommandLine
{
    private const string Description =
        "An xDS control plane for Envoy and gRPC, compatible with Istio: it reads Kubernetes objects and tells proxies what to do.";

    private static readonly string[] Examples =
    [
        "controlplane serve                                   # the built-in sample on loopback, no cluster needed",
        "controlplane serve --source dir:./mesh               # a directory of Kubernetes YAML, watched",
        "controlplane translate --source dir:./mesh --node node.json --out ./out   # what a proxy would receive, offline",
        "kubectl get deploy web -o yaml | controlplane inject -f - | kubectl apply -f -           # add the proxy to pods",
    ];

    private const string After =
        """
        Exit codes: 0 done (warnings are on standard error); 1 could not be done, in whole or in part; 2 wrong usage, nothing was done.
        Each setting of a server can also come from the environment: --xds-address from CONTROLPLANE_XDS_ADDRESS, and so on.
        """;

    /// <summary>Parses the arguments and runs what they say.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var root = CreateRoot(output, error);
        if (args.Length == 0)
            args = ["--help"];
        var result = root.Parse(args);
        if (result.Action is ParseErrorAction)
            return ReportUsage(result, error);

        // The commands handle signals themselves: the default would cut a graceful end short after two seconds.
        var configuration = new InvocationConfiguration
        {
            Output = output, Error = error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false,
        };
        try
        {
            return await result.InvokeAsync(configuration);
        }
#pragma warning disable CA1031 // The last resort: a defect ends the process with a sentence and its trace, not with a crash dump.
        catch (Exception exception)
        {
            await error.WriteLineAsync($"controlplane: internal error, please report it: {exception}");
            return ExitCodes.Failure;
        }
#pragma warning restore CA1031
    }

    /// <summary>The root command with everything below it.</summary>
    public static RootCommand CreateRoot(TextWriter output, TextWriter error)
    {
        var root = new RootCommand(Description);
        foreach (var command in CommandCatalog.Create(output, error))
            root.Subcommands.Add(command);
        return root.WithHelp(Examples, After);
    }

    private static int ReportUsage(ParseResult result, TextWriter error) =>
        UsageReport.Write(error, result.Errors.Select(problem => problem.Message), string.Join(' ', PathOf(result.CommandResult.Command)));

    private static Stack<string> PathOf(Command command)
    {
        var names = new Stack<string>();
        for (Command? at = command; at is not null; at = at.Parents.OfType<Command>().FirstOrDefault())
            names.Push(at is RootCommand ? "controlplane" : at.Name);
        return names;
    }
}
