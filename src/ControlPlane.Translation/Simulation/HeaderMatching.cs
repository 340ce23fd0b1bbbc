using System.Globalization;
using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Simulation;

/// <summary>envoy.config.route.v3.HeaderMatcher and its like for query parameters and cookies.</summary>
internal static class HeaderMatching
{
    /// <summary>
    /// Whether a request has what a matcher wants. A missing header meets only a matcher of presence: not even an inverted comparison, unless
    /// it counts as empty.
    /// </summary>
    public static bool Matches(HeaderMatcher matcher, RequestHeaders headers)
    {
        var value = headers[matcher.Name];
        if (matcher.HeaderMatchSpecifierCase is HeaderMatcher.HeaderMatchSpecifierOneofCase.PresentMatch or HeaderMatcher.HeaderMatchSpecifierOneofCase.None)
        {
            var wanted = matcher.HeaderMatchSpecifierCase == HeaderMatcher.HeaderMatchSpecifierOneofCase.None || matcher.PresentMatch;
            return (value is not null || matcher.TreatMissingHeaderAsEmpty) == wanted != matcher.InvertMatch;
        }

        if (value is null && !matcher.TreatMissingHeaderAsEmpty)
            return false;
        return MatchesValue(matcher, value ?? "") != matcher.InvertMatch;
    }

    /// <summary>Whether a request has the query parameter that a matcher wants.</summary>
    public static bool Matches(QueryParameterMatcher matcher, RequestHeaders headers)
    {
        var value = headers.Query(matcher.Name);
        return matcher.QueryParameterMatchSpecifierCase switch
        {
            QueryParameterMatcher.QueryParameterMatchSpecifierOneofCase.PresentMatch => value is not null == matcher.PresentMatch,
            QueryParameterMatcher.QueryParameterMatchSpecifierOneofCase.StringMatch => value is not null && StringMatching.Matches(matcher.StringMatch, value),
            _ => value is not null,
        };
    }

    /// <summary>Whether a request has the cookie that a matcher wants.</summary>
    public static bool Matches(CookieMatcher matcher, RequestHeaders headers) =>
        headers.Cookie(matcher.Name) is { } value ? StringMatching.Matches(matcher.StringMatch, value) != matcher.InvertMatch : matcher.InvertMatch;

#pragma warning disable CS0612 // deprecated fields are still Envoy's
    private static bool MatchesValue(HeaderMatcher matcher, string value) => matcher.HeaderMatchSpecifierCase switch
    {
        HeaderMatcher.HeaderMatchSpecifierOneofCase.StringMatch => StringMatching.Matches(matcher.StringMatch, value),
        HeaderMatcher.HeaderMatchSpecifierOneofCase.ExactMatch => value == matcher.ExactMatch,
        HeaderMatcher.HeaderMatchSpecifierOneofCase.PrefixMatch => value.StartsWith(matcher.PrefixMatch, StringComparison.Ordinal),
        HeaderMatcher.HeaderMatchSpecifierOneofCase.SuffixMatch => value.EndsWith(matcher.SuffixMatch, StringComparison.Ordinal),
        HeaderMatcher.HeaderMatchSpecifierOneofCase.ContainsMatch => value.Contains(matcher.ContainsMatch, StringComparison.Ordinal),
        HeaderMatcher.HeaderMatchSpecifierOneofCase.SafeRegexMatch => Regexes.MatchesWhole(matcher.SafeRegexMatch.Regex, value),
        HeaderMatcher.HeaderMatchSpecifierOneofCase.RangeMatch =>
            long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= matcher.RangeMatch.Start && number < matcher.RangeMatch.End,
        _ => false,
    };
#pragma warning restore CS0612
}
