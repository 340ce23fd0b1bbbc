namespace ControlPlane.Kubernetes.Files.Yaml;

/// <summary>Finds the line of a field, given as a path such as spec.ports[0].port or metadata.annotations[example.com/x].</summary>
internal static class FieldLocator
{
    /// <summary>The line of the field; where the field is not written, the line of the innermost part of its path that is.</summary>
    public static int Line(YamlNode root, string field)
    {
        var node = root;
        var line = root.Line;
        var rest = field.AsSpan();
        while (!rest.IsEmpty)
        {
            if (node.Kind == YamlNodeKind.Sequence)
            {
                var close = rest.IndexOf(']');
                if (rest[0] != '[' || close < 0 || !int.TryParse(rest[1..close], out var index) || index < 0 || index >= node.Items.Count)
                    return line;
                node = node.Items[index];
                line = node.Line;
                rest = rest[(close + 1)..].TrimStart('.');
            }
            else if (BestMember(node, rest, out var consumed) is { } member)
            {
                node = member.Value;
                line = member.Line;
                rest = rest[consumed..].TrimStart('.');
            }
            else
            {
                return line;
            }
        }

        return line;
    }

    /// <summary>The member with the longest key that the path begins with: keys may hold dots themselves.</summary>
    private static YamlMember? BestMember(YamlNode node, ReadOnlySpan<char> path, out int consumed)
    {
        YamlMember? best = null;
        consumed = 0;
        foreach (var member in node.Members)
        {
            var length = Match(path, member.Key);
            if (length > consumed)
                (best, consumed) = (member, length);
        }

        return best;
    }

    private static int Match(ReadOnlySpan<char> path, string key)
    {
        if (path[0] == '[')
        {
            var length = key.Length + 2;
            return path.Length >= length && path[1..].StartsWith(key, StringComparison.Ordinal) && path[length - 1] == ']' ? length : 0;
        }

        return path.StartsWith(key, StringComparison.Ordinal) && (path.Length == key.Length || path[key.Length] is '.' or '[') ? key.Length : 0;
    }
}
