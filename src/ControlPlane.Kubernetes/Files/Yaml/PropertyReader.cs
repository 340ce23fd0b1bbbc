namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Reads tags, anchors and aliases.</summary>
internal static class PropertyReader
{
    public const string StandardPrefix = "tag:yaml.org,2002:";

    /// <summary>Whether a tag or an anchor begins here.</summary>
    public static bool Begins(YamlCursor cursor) => cursor.Current is '&' or '!';

    /// <summary>Reads one tag or anchor and adds it to those before.</summary>
    public static NodeProperties Read(YamlCursor cursor, NodeProperties before)
    {
        if (cursor.Current == '&')
        {
            if (before.Anchor.Length > 0)
                throw cursor.Fault("a node has two anchors");
            return before with { Anchor = Name(cursor) };
        }

        if (before.Tag.Length > 0)
            throw cursor.Fault("a node has two tags");
        return before with { Tag = Tag(cursor) };
    }

    /// <summary>Reads the name after &amp; or *.</summary>
    public static string Name(YamlCursor cursor)
    {
        cursor.Advance();
        var start = cursor.Position;
        while (char.IsAsciiLetterOrDigit(cursor.Current) || cursor.Current is '_' or '-')
            cursor.Advance();
        if (cursor.Position == start || !(YamlCursor.IsBlankOrBreak(cursor.Current) || "?:,]}%@`".Contains(cursor.Current, StringComparison.Ordinal)))
            throw cursor.Fault("the name of an anchor must be letters, digits, - and _");
        return cursor.Text[start..cursor.Position];
    }

    private static string Tag(YamlCursor cursor)
    {
        var start = cursor.Position;
        if (cursor.At(1) == '<')
            return VerbatimTag(cursor);
        while (!YamlCursor.IsBlankOrBreak(cursor.Current) && !YamlCursor.IsFlowIndicator(cursor.Current))
            cursor.Advance();
        var text = cursor.Text[start..cursor.Position];
        return text.StartsWith("!!", StringComparison.Ordinal) ? StandardPrefix + text[2..] : text;
    }

    private static string VerbatimTag(YamlCursor cursor)
    {
        var line = cursor.Text.AsSpan(cursor.Position, cursor.IndexOfBreak() - cursor.Position);
        var length = line.IndexOf('>');
        if (length < 0)
            throw cursor.Fault("a tag that begins with !< must end with >");
        cursor.Advance(length + 1);
        return line[2..length].ToString();
    }
}
