using System.CommandLine;
using ControlPlane.Commands.Help;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Options;

namespace ControlPlane.Commands.Analyze;

/// <summary>The command <c>analyze</c>: what is wrong with the objects of a directory, for people, editors and CI.</summary>
public static class AnalyzeCommand
{
    private static readonly string[] Examples =
    [
        "controlplane analyze --source dir:./mesh                       # a line per finding: file:line: severity code object: reason",
        "controlplane analyze --source dir:./mesh --fail-on warning     # for CI: what has no effect fails too",
        "controlplane analyze --source dir:./mesh -o sarif > mesh.sarif # for code hosts",
    ];

    private const string After =
        """
        Errors are objects, or parts of them, that are refused; warnings are what has no effect or leads nowhere, such as a route to
        a host or subset that nothing defines. Codes stay the same from version to version.

        Exit codes: 0 nothing as grave as --fail-on; 1 something is; 2 wrong usage.
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command("analyze", "Say what is wrong with the objects of a directory, with file and line.");
        var settings = new SettingBinder(command, [Settings.Source, Settings.MeshConfig, Settings.RootNamespace]);
        var format = new Option<string>("--output", "-o")
        {
            HelpName = "FORM", Description = "Form of the findings: text, json or sarif.", DefaultValueFactory = static _ => "text",
        };
        var failOn = new Option<string>("--fail-on")
        {
            HelpName = "SEVERITY", Description = "Least severity that fails: error, warning or info.", DefaultValueFactory = static _ => "error",
        };
        format.AcceptOnlyFromAmong("text", "json", "sarif");
        failOn.AcceptOnlyFromAmong("error", "warning", "info");
        command.Options.Add(format);
        command.Options.Add(failOn);
        command.SetAction(result =>
        {
            var values = settings.OwnValues(result);
            var source = SourceOptions.Read(values);
            if (source.Source.IsCluster)
                values.Fail($"{Settings.Source.Flag} {SourceSpec.KubernetesText}: only serve reads a cluster; write its objects into a directory with kubectl get -o yaml");
            if (values.Faults.Count > 0)
                return UsageReport.Write(error, values.Faults, "controlplane analyze");
            var request = new AnalyzeRequest(
                source, Enum.Parse<AnalyzeFormat>(result.GetValue(format)!, ignoreCase: true), Enum.Parse<Severity>(result.GetValue(failOn)!, ignoreCase: true));
            return new AnalyzeRun(request, output).Execute();
        });
        return command.WithHelp(Examples, After);
    }
}
