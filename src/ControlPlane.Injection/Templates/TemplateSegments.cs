namespace ControlPlane.Injection.Templates;

/// <summary>Cuts a template into text and actions, and takes the white space away that {{- and -}} say to.</summary>
internal static class TemplateSegments
{
    private const string Open = "{{";
    private const string Close = "}}";

    /// <summary>The parts in order; comments are left out.</summary>
    public static List<(bool IsAction, string Content)> Of(string template)
    {
        var parts = new List<(bool, string)>();
        var trimNext = false;
        for (var at = 0; at < template.Length;)
        {
            var open = template.IndexOf(Open, at, StringComparison.Ordinal);
            var text = open < 0 ? template[at..] : template[at..open];
            if (trimNext)
                text = text.TrimStart();
            if (open < 0)
            {
                Add(parts, text);
                break;
            }

            var content = open + Open.Length;
            var trims = content + 1 < template.Length && template[content] == '-' && char.IsWhiteSpace(template[content + 1]);
            Add(parts, trims ? text.TrimEnd() : text);
            if (trims)
                content++;
            var close = EndOf(template, content);
            var inner = template[content..close];
            trimNext = inner.Length >= 2 && inner[^1] == '-' && char.IsWhiteSpace(inner[^2]);
            if (trimNext)
                inner = inner[..^1];
            if (!inner.TrimStart().StartsWith("/*", StringComparison.Ordinal))
                parts.Add((true, inner.Trim()));
            at = close + Close.Length;
        }

        return parts;
    }

    private static void Add(List<(bool, string)> parts, string text)
    {
        if (text.Length > 0)
            parts.Add((false, text));
    }

    /// <summary>Where an action ends: at the first }} outside of quotes.</summary>
    private static int EndOf(string template, int from)
    {
        var start = from;
        while (start < template.Length && char.IsWhiteSpace(template[start]))
            start++;
        if (template.AsSpan(start).StartsWith("/*"))
        {
            var end = template.IndexOf("*/", start, StringComparison.Ordinal);
            from = end < 0 ? throw new TemplateFault("a comment has no end") : end;
        }

        for (var i = from; i < template.Length; i++)
        {
            if (template[i] is '"' or '`' or '\'')
                i = EndOfQuote(template, i);
            else if (template.AsSpan(i).StartsWith(Close))
                return i;
        }

        throw new TemplateFault("an action has no }}");
    }

    /// <summary>The closing quote of what begins at a quote.</summary>
    public static int EndOfQuote(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && text[start] != '`')
                i++;
            else if (text[i] == text[start])
                return i;
        }

        throw new TemplateFault("a quoted text has no end");
    }
}
