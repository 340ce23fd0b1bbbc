namespace ControlPlane.Injection.Templates;

/// <summary>Reads a template.</summary>
internal sealed class TemplateParser
{
    private const int MaxDepth = 50;

    private readonly List<(bool IsAction, string Content)> _parts;
    private readonly Dictionary<string, IReadOnlyList<TemplateNode>> _named = new(StringComparer.Ordinal);
    private int _at;

    private TemplateParser(string text) => _parts = TemplateSegments.Of(text);

    /// <summary>Reads a template.</summary>
    /// <param name="text">Its text.</param>
    /// <returns>Its body, and the parts that it defines by name.</returns>
    /// <exception cref="TemplateFault">It is not well-formed.</exception>
    public static (IReadOnlyList<TemplateNode> Body, IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> Named) Parse(string text)
    {
        var parser = new TemplateParser(text);
        var (body, end) = parser.Body(0);
        return end.Length == 0 ? (body, parser._named) : throw new TemplateFault($"{{{{ {end} }}}} has no beginning");
    }

    /// <summary>Nodes up to an end or else, which is given back; "" at the end of the text.</summary>
    private (List<TemplateNode> Nodes, string End) Body(int depth)
    {
        if (depth > MaxDepth)
            throw new TemplateFault($"more than {MaxDepth} parts within each other");
        var nodes = new List<TemplateNode>();
        while (_at < _parts.Count)
        {
            var (isAction, content) = _parts[_at++];
            if (!isAction)
            {
                nodes.Add(new TemplateNode.Text(content));
                continue;
            }

            var space = content.AsSpan().IndexOfAny(' ', '\t', '\n');
            var (word, rest) = space < 0 ? (content, "") : (content[..space], content[space..].Trim());
            if (word is "end" or "else")
                return (nodes, content);
            if (Statement(word, rest, depth) is { } node)
                nodes.Add(node);
            else if (word is not "define")
                nodes.Add(new TemplateNode.Action(PipelineParser.Parse(content)));
        }

        return (nodes, "");
    }

    private TemplateNode? Statement(string word, string rest, int depth)
    {
        switch (word)
        {
            case "if" or "with":
                return Branch(word == "with", rest, depth);
            case "range":
                var (body, end) = Body(depth + 1);
                if (end is not ("end" or "else"))
                    throw new TemplateFault("a range is closed by end, perhaps with an else before");
                return new TemplateNode.Range(PipelineParser.Parse(rest), body, end == "end" ? [] : Closed(depth));
            case "template":
                return Call(rest);
            case "define" or "block":
                var (name, dot) = Named(rest);
                _named[name] = Closed(depth);
                return word == "define" ? null : new TemplateNode.Call(name, PipelineParser.Parse(dot));
            case "break" or "continue" when rest.Length == 0:
                return new TemplateNode.Leave(word == "break");
            default:
                return null;
        }
    }

    private TemplateNode.Branch Branch(bool isWith, string condition, int depth)
    {
        var parsed = PipelineParser.Parse(condition);
        var (then, end) = Body(depth + 1);
        if (end == "end")
            return new(isWith, parsed, then, []);
        if (end == "else")
            return new(isWith, parsed, then, Closed(depth));
        if (end.Length == 0)
            throw new TemplateFault("an if, with or range has no end");

        // else if and else with hold the rest, and end with it.
        var inner = end["else".Length..].Trim();
        var space = inner.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && inner[..space] is "if" or "with"
            ? new(isWith, parsed, then, [Branch(inner.StartsWith("with", StringComparison.Ordinal), inner[space..].Trim(), depth + 1)])
            : throw new TemplateFault($"{{{{ {end} }}}} is not understood");
    }

    /// <summary>A body that must be closed by end.</summary>
    private List<TemplateNode> Closed(int depth)
    {
        var (nodes, end) = Body(depth + 1);
        return end == "end" ? nodes : throw new TemplateFault(end.Length == 0 ? "an if, with, range or define has no end" : $"{{{{ {end} }}}} comes where an end is expected");
    }

    private static TemplateNode.Call Call(string rest)
    {
        var (name, dot) = Named(rest);
        return new(name, dot.Length == 0 ? null : PipelineParser.Parse(dot));
    }

    private static (string Name, string Remainder) Named(string text)
    {
        if (text.Length < 2 || text[0] is not ('"' or '`'))
            throw new TemplateFault("a name in quotes is expected behind template, define and block");
        var end = TemplateSegments.EndOfQuote(text, 0);
        return (text[1..end], text[(end + 1)..].Trim());
    }
}
