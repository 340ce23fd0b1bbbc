using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ControlPlane.Commands.Help;

/// <summary>Prints examples, then the generated help, then a closing text.</summary>
internal sealed class ExampleHelp(HelpAction generated, IReadOnlyList<string> examples, string after) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in examples)
            output.WriteLine("  " + example);
        output.WriteLine();
        var result = generated.Invoke(parseResult);
        if (after.Length > 0)
            output.WriteLine(after);
        return result;
    }
}
