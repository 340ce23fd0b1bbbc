using System.CommandLine;
using ControlPlane.Commands.Analyze;
using ControlPlane.Commands.Authority;
using ControlPlane.Commands.Bootstrap;
using ControlPlane.Commands.Inject;
using ControlPlane.Commands.Iptables;
using ControlPlane.Commands.Serve;
using ControlPlane.Commands.Token;
using ControlPlane.Commands.Translate;
using ControlPlane.Commands.Why;

namespace ControlPlane.Commands;

/// <summary>The commands of the executable, in the order of its help. A new command is a folder beside this file and a line here.</summary>
public static class CommandCatalog
{
    /// <summary>Makes the commands.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public static IReadOnlyList<Command> Create(TextWriter output, TextWriter error) =>
    [
        ServeCommand.Create(output, error),
        TranslateCommand.Create(output, error),
        AnalyzeCommand.Create(output, error),
        WhyCommand.Create(output, error),
        InjectCommand.Create(output, error),
        IptablesCommand.Create(output, error),
        BootstrapCommand.Create(output, error),
        TokenCommand.Create(output, error),
        AuthorityCommand.Create(output, error),
        VersionCommand.Create(output),
    ];
}
