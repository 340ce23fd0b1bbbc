namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>
/// Cuts a file into documents before any is parsed, so that a syntax error in one does not cost the others. YAML allows --- and ...
/// at the start of a line nowhere but between documents, not even in block scalars or quotes, so the cut is exact.
/// </summary>
internal static class DocumentSplitter
{
    public static IEnumerable<DocumentText> Split(string text)
    {
        int start = 0, startLine = 1, line = 1;
        var hasContent = false;
        var begun = false;
        for (var position = 0; position < text.Length; line++)
        {
            var newline = text.IndexOf('\n', position);
            var end = newline < 0 ? text.Length : newline + 1;
            var current = text.AsSpan(position, end - position);
            if (IsMarker(current, "---"))
            {
                // What stands before the first marker is a document of its own unless it is only comments and directives.
                if (hasContent || begun)
                {
                    yield return new DocumentText(startLine, text[start..position]);
                    (start, startLine) = (position, line);
                }

                (begun, hasContent) = (true, false);
            }
            else if (IsMarker(current, "..."))
            {
                if (hasContent || begun)
                    yield return new DocumentText(startLine, text[start..position]);
                (start, startLine, begun, hasContent) = (end, line + 1, false, false);
            }
            else
            {
                hasContent |= HasContent(current, begun);
            }

            position = end;
        }

        if (hasContent || begun)
            yield return new DocumentText(startLine, text[start..]);
    }

    private static bool IsMarker(ReadOnlySpan<char> line, string marker) =>
        line.StartsWith(marker, StringComparison.Ordinal)
        && (line.Length == marker.Length || line[marker.Length] is ' ' or '\t' or '\r' or '\n');

    private static bool HasContent(ReadOnlySpan<char> line, bool begun)
    {
        var trimmed = line.Trim();
        return !trimmed.IsEmpty && trimmed[0] != '#' && (begun || line[0] != '%');
    }
}
