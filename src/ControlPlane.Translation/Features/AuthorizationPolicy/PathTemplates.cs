namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>Paths with <c>{*}</c> for one segment or <c>{**}</c> for all that follow.</summary>
internal static class PathTemplates
{
    private const string One = "{*}", Any = "{**}";

    // What Envoy's template takes, and how long it may be.
    private const int MaxLength = 256;
    private const string LiteralCharacters = "-._~%!$&'()+,;:@=";

    /// <summary>Whether a path is a template.</summary>
    public static bool IsTemplate(string path) => path.Contains(One, StringComparison.Ordinal) || path.Contains(Any, StringComparison.Ordinal);

    /// <summary>The template as Envoy writes it.</summary>
    public static string ToEnvoy(string path) => path.Replace(Any, "**", StringComparison.Ordinal).Replace(One, "*", StringComparison.Ordinal);

    /// <summary>What is wrong with a path; null for nothing.</summary>
    public static string? Fault(string path)
    {
        var isTemplate = IsTemplate(path);
        if (isTemplate && !path.StartsWith('/'))
            return "a path template begins with /";
        if (isTemplate && ToEnvoy(path).Length > MaxLength)
            return $"a path template has no more than {MaxLength} characters";
        var ended = false;
        foreach (var segment in path.Trim('/').Split('/'))
        {
            if (segment is One or Any)
            {
                if (ended)
                    return "{**} must be the last wildcard of a path template";
                ended = segment == Any;
                continue;
            }

            if (segment.AsSpan().ContainsAny('{', '}'))
                return "braces are taken only as {*} or {**}, which stand for whole segments";
            if (isTemplate && (segment.Length == 0 || !segment.All(static c => char.IsAsciiLetterOrDigit(c) || LiteralCharacters.Contains(c, StringComparison.Ordinal))))
                return $"the segment \"{segment}\" has characters that a path template does not take";
        }

        return null;
    }
}
