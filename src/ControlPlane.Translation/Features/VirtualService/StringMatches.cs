using Envoy.Type.Matcher.V3;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>Istio's matches of texts in Envoy's form.</summary>
internal static class StringMatches
{
    /// <summary>Whether only presence is asked for.</summary>
    public static bool IsPresence(StringMatch? match) =>
        match is null || match.MatchTypeCase == StringMatch.MatchTypeOneofCase.None || (match.MatchTypeCase == StringMatch.MatchTypeOneofCase.Regex && match.Regex == "*");

    /// <summary>The match; null where nothing is said.</summary>
    public static StringMatcher? Convert(StringMatch? match) => match?.MatchTypeCase switch
    {
        StringMatch.MatchTypeOneofCase.Exact => new StringMatcher { Exact = match.Exact },
        StringMatch.MatchTypeOneofCase.Prefix => new StringMatcher { Prefix = match.Prefix },
        StringMatch.MatchTypeOneofCase.Regex => new StringMatcher { SafeRegex = new RegexMatcher { Regex = match.Regex } },
        _ => null,
    };
}
