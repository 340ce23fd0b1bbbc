using Envoy.Type.Matcher.V3;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>Routing by claims of a verified token, which are written as headers <c>@request.auth.claims.a.b</c> or <c>@request.auth.claims[a][b]</c>.</summary>
internal static class ClaimMatches
{
    private const string Prefix = "@request.auth.claims";
    private const string JwtFilter = "envoy.filters.http.jwt_authn";

    /// <summary>Whether a name means a claim.</summary>
    public static bool IsClaim(string name) => Claims(name) is not null;

    /// <summary>The match of a claim; null for a real header. Presence is any value: an empty text match is none to Envoy.</summary>
    public static MetadataMatcher? Convert(string name, StringMatch value)
    {
        if (Claims(name) is not { } claims)
            return null;
        var matcher = new MetadataMatcher { Filter = JwtFilter, Value = StringMatches.IsPresence(value) ? new ValueMatcher { PresentMatch = true } : Value(value) };
        matcher.Path.AddRange(claims.Prepend("payload").Select(c => new MetadataMatcher.Types.PathSegment { Key = c }));
        return matcher;
    }

    /// <summary>A claim may be a text or a list of texts.</summary>
    private static ValueMatcher Value(StringMatch value)
    {
        var text = new ValueMatcher { StringMatch = StringMatches.Convert(value) };
        var list = new ValueMatcher { ListMatch = new ListMatcher { OneOf = text.Clone() } };
        return new ValueMatcher { OrMatch = new OrMatcher { ValueMatchers = { list, text } } };
    }

    private static List<string>? Claims(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || name.Length < Prefix.Length + 2)
            return null;
        var rest = name[Prefix.Length..];
        if (rest[0] == '.')
            return [.. rest[1..].Split('.')];
        if (rest[0] != '[' || rest[^1] != ']')
            return null;
        return [.. rest[1..^1].Split("][")];
    }
}
