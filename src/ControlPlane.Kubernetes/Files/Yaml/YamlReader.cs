using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>
/// Reads one YAML document into nodes. It pulls single events from the parser and keeps its own stack, so nesting is refused at
/// the limit before it can cost stack or time.
/// </summary>
internal static class YamlReader
{
    /// <summary>Reads the only document of <paramref name="text"/>; null for an empty one.</summary>
    /// <exception cref="YamlFaultException">The text is not one well-formed document within the limits.</exception>
    public static YamlNode? Read(string text, YamlLimits limits)
    {
        RefuseControlCharacters(text);
        try
        {
            return ReadEvents(new Parser(new Scanner(new StringReader(text), skipComments: true)), limits);
        }
        catch (YamlException e)
        {
            throw new YamlFaultException((int)Math.Max(1, e.Start.Line), Describe(e));
        }
        catch (Exception e) when (e is not YamlFaultException and not OutOfMemoryException)
        {
            // The parser is known to leak exceptions of other types on malformed text; the text is at fault all the same.
            throw new YamlFaultException(1, $"the YAML parser gave up: {e.Message}");
        }
    }

    private static YamlNode? ReadEvents(Parser parser, YamlLimits limits)
    {
        YamlTreeBuilder? builder = null;
        YamlNode? root = null;
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case DocumentStart when builder is not null:
                    throw new YamlFaultException(Line(parser.Current), "a second document begins without a --- line");
                case DocumentStart:
                    builder = new YamlTreeBuilder(limits);
                    break;
                case NodeEvent or SequenceEnd or MappingEnd or AnchorAlias:
                    root = builder!.Take(parser.Current) ?? root;
                    break;
            }
        }

        return root;
    }

    /// <summary>The parser takes NUL for the end of its input, so text after one would vanish in silence.</summary>
    private static void RefuseControlCharacters(string text)
    {
        var line = 1;
        foreach (var c in text)
        {
            if (c == '\n')
                line++;
            else if (c is < ' ' and not '\t' and not '\r' or '\x7f' or '\ufffe' or '\uffff')
                throw new YamlFaultException(line, $"control character U+{(int)c:X4} is not allowed");
        }
    }

    internal static int Line(ParsingEvent e) => (int)Math.Max(1, e.Start.Line);

    private static string Describe(YamlException e) => $"not well-formed YAML: {e.Message} (column {e.Start.Column})";
}
