using Envoy.Type.Matcher.V3;

namespace ControlPlane.Translation.Simulation;

/// <summary>envoy.type.matcher.v3.StringMatcher.</summary>
internal static class StringMatching
{
    /// <summary>Whether a text is what a matcher wants.</summary>
    public static bool Matches(StringMatcher matcher, string text)
    {
        var comparison = matcher.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return matcher.MatchPatternCase switch
        {
            StringMatcher.MatchPatternOneofCase.Exact => text.Equals(matcher.Exact, comparison),
            StringMatcher.MatchPatternOneofCase.Prefix => text.StartsWith(matcher.Prefix, comparison),
            StringMatcher.MatchPatternOneofCase.Suffix => text.EndsWith(matcher.Suffix, comparison),
            StringMatcher.MatchPatternOneofCase.Contains => text.Contains(matcher.Contains, comparison),
            StringMatcher.MatchPatternOneofCase.SafeRegex => Regexes.MatchesWhole(matcher.SafeRegex.Regex, text),
            _ => false,
        };
    }
}
