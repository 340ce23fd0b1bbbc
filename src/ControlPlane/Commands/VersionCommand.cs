using System.CommandLine;

namespace ControlPlane.Commands;

/// <summary>The command <c>version</c>.</summary>
public static class VersionCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="output">Where the version goes.</param>
    public static Command Create(TextWriter output)
    {
        var command = new Command("version", "Print the version, as /version on the monitoring port gives it.");
        command.SetAction(_ =>
        {
            output.WriteLine(ProductVersion.Full);
            return ExitCodes.Success;
        });
        return command;
    }
}
