using System.Text;
using System.Text.RegularExpressions;
using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>Demands on what a text is made of.</summary>
internal static class StringContents
{
    /// <summary>The parts of a rule that speak of contents.</summary>
    public static IEnumerable<Func<string, string?>> Of(StringRules rules)
    {
        if (rules.HasConst)
            yield return text => text == rules.Const ? null : $"must be \"{rules.Const}\"";
        if (rules.HasPattern)
            yield return Pattern(rules.Pattern);
        if (rules.HasPrefix)
            yield return text => text.StartsWith(rules.Prefix, StringComparison.Ordinal) ? null : $"must begin with \"{rules.Prefix}\"";
        if (rules.HasSuffix)
            yield return text => text.EndsWith(rules.Suffix, StringComparison.Ordinal) ? null : $"must end with \"{rules.Suffix}\"";
        if (rules.HasContains)
            yield return text => text.Contains(rules.Contains, StringComparison.Ordinal) ? null : $"must contain \"{rules.Contains}\"";
        if (rules.HasNotContains)
            yield return text => text.Contains(rules.NotContains, StringComparison.Ordinal) ? $"must not contain \"{rules.NotContains}\"" : null;
        if (rules.In.Count > 0)
            yield return text => rules.In.Contains(text) ? null : $"must be one of {string.Join(", ", rules.In)}";
        if (rules.NotIn.Count > 0)
            yield return text => rules.NotIn.Contains(text) ? $"must not be \"{text}\"" : null;
    }

    /// <summary>The engine without backtracking takes what RE2 takes, in linear time.</summary>
    private static Func<string, string?> Pattern(string pattern)
    {
        var regex = new Regex(WithExactEnds(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        return text => regex.IsMatch(text) ? null : $"must match {pattern}";
    }

    /// <summary>In RE2 "$" is the very end of the text; in .NET a line break may follow it, and the very end is "\z".</summary>
    private static string WithExactEnds(string pattern)
    {
        var exact = new StringBuilder(pattern.Length);
        bool inClass = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                exact.Append(c).Append(pattern[++i]);
                continue;
            }

            inClass = c == '[' || (inClass && c != ']');
            exact.Append(c == '$' && !inClass ? "\\z" : c.ToString());
        }

        return exact.ToString();
    }
}
