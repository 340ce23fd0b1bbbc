using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>The order in which the Gateway API tries rules, whichever objects they are from: the more specific first, of equals the earlier.</summary>
internal static class RulePrecedence
{
    /// <summary>Sorts rules of at most one match each, given by age.</summary>
    public static IEnumerable<HTTPRoute> Sort(IEnumerable<HTTPRoute> rules) => rules
        .Select(static r => (Rule: r, Match: r.Match.Count == 0 ? null : r.Match[0]))
        .OrderBy(static r => r.Match is null)
        .ThenByDescending(static r => Rank(r.Match?.Uri))
        .ThenByDescending(static r => Length(r.Match?.Uri))
        .ThenByDescending(static r => r.Match?.Method is not null)
        .ThenByDescending(static r => r.Match?.Headers.Count ?? 0)
        .ThenByDescending(static r => r.Match?.QueryParams.Count ?? 0)
        .Select(static r => r.Rule);

    private static int Rank(StringMatch? path) => path?.MatchTypeCase switch
    {
        StringMatch.MatchTypeOneofCase.Exact => 3,
        StringMatch.MatchTypeOneofCase.Prefix => 2,
        StringMatch.MatchTypeOneofCase.Regex => 1,
        _ => 0,
    };

    // In bytes, as istiod counts them; of the three at most one is set.
    private static int Length(StringMatch? path) => path is null ? 0 : System.Text.Encoding.UTF8.GetByteCount(path.Exact + path.Prefix + path.Regex);
}
