using System.Buffers;

namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>
/// Reads one YAML document into nodes, within bounds of depth, size and time. Written here rather than taken from a library, because
/// the library at hand loses colons at the start of keys (<c>:path:</c> after a quoted scalar) and has no bounds of its own.
/// </summary>
internal static class YamlReader
{
    /// <summary>What most documents are made of.</summary>
    private static readonly SearchValues<char> Ordinary = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c), '\t', '\n']);

    /// <summary>Reads the only document of <paramref name="text"/>; null for an empty one.</summary>
    /// <exception cref="YamlFaultException">The text is not one well-formed document within the limits.</exception>
    public static YamlNode? Read(string text, YamlLimits limits)
    {
        if (text.Contains('\r', StringComparison.Ordinal))
            text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        RefuseForeignCharacters(text);
        var cursor = new YamlCursor(text);
        SkipDirectives(cursor);
        var marked = TakeMarker(cursor);
        if (!marked)
        {
            cursor.SkipToToken(inFlow: false);
            if (cursor.AtEnd)
                return null;
        }

        return new BlockParser(cursor, new NodeFactory(new YamlBudget(limits))).Root(compact: !marked);
    }

    private static void SkipDirectives(YamlCursor cursor)
    {
        cursor.SkipToToken(inFlow: false);
        while (cursor is { Current: '%', Column: 0 })
        {
            var directive = cursor.Text.AsSpan(cursor.Position, cursor.IndexOfBreak() - cursor.Position);
            if (directive.StartsWith("%TAG", StringComparison.Ordinal))
                throw cursor.Fault("%TAG directives are not supported");
            if (directive.StartsWith("%YAML", StringComparison.Ordinal) && !directive[5..].Trim().StartsWith("1.", StringComparison.Ordinal))
                throw cursor.Fault("only YAML 1 is supported");
            cursor.MoveTo(cursor.IndexOfBreak());
            cursor.SkipToToken(inFlow: false);
        }
    }

    private static bool TakeMarker(YamlCursor cursor)
    {
        if (cursor.Column != 0 || !cursor.Text.AsSpan(cursor.Position).StartsWith("---", StringComparison.Ordinal)
            || !YamlCursor.IsBlankOrBreak(cursor.At(3)))
            return false;
        cursor.Advance(3);
        return true;
    }

    /// <summary>YAML allows no control characters and no halves of characters.</summary>
    private static void RefuseForeignCharacters(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Ordinary))
            return;
        var line = 1;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n')
                line++;
            else if (c is (< ' ' and not '\t') or '\x7f' or '\ufffe' or '\uffff')
                throw new YamlFaultException(line, $"not well-formed YAML: control character U+{(int)c:X4} is not allowed");
            else if (char.IsSurrogate(c) && (i + 1 >= text.Length || !char.IsSurrogatePair(c, text[++i])))
                throw new YamlFaultException(line, "not well-formed YAML: half a character");
        }
    }
}
