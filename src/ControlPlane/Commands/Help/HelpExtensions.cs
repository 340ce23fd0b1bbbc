using System.CommandLine;
using System.CommandLine.Help;

namespace ControlPlane.Commands.Help;

/// <summary>Gives commands a help that begins with examples.</summary>
public static class HelpExtensions
{
    /// <summary>Adds examples before, and a text after, the generated help of a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="examples">Command lines that work, each with a comment where it needs one.</param>
    /// <param name="after">Text for the end, "" for none.</param>
    /// <returns><paramref name="command"/>.</returns>
    public static T WithHelp<T>(this T command, IReadOnlyList<string> examples, string after)
        where T : Command
    {
        var option = command.Options.OfType<HelpOption>().SingleOrDefault();
        if (option is null)
        {
            option = new HelpOption();
            command.Options.Add(option);
        }

        option.Action = new ExampleHelp((HelpAction)option.Action!, examples, after);
        return command;
    }
}
