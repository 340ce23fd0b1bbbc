using ControlPlane.Translation.Features.Validation;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Filters.Http.JwtAuthn.V3;
using Istio.Security.V1Beta1;

namespace ControlPlane.Translation.Features.RequestAuthentication;

/// <summary>What Envoy is told of an issuer. Names of headers that Envoy would refuse are left out; they are reported where the rule is read.</summary>
internal static class JwtProviders
{
    private const string Payload = "payload";

    // Claims that hold several values with spaces between them, always.
    private static readonly string[] SpaceDelimited = ["permission", "scope"];

    /// <summary>The provider of a rule with its key set.</summary>
    public static JwtProvider Of(JWTRule rule, string keys, bool isGateway)
    {
        var provider = new JwtProvider
        {
            Issuer = rule.Issuer,
            Audiences = { rule.Audiences },
            Forward = rule.ForwardOriginalToken,
            ForwardPayloadHeader = HeaderRules.IsName(rule.OutputPayloadToHeader) ? rule.OutputPayloadToHeader : "",
            PayloadInMetadata = Payload,
            ClearRouteCache = isGateway,
            LocalJwks = new DataSource { InlineString = keys },
            NormalizePayloadInMetadata = new JwtProvider.Types.NormalizePayload
            {
                SpaceDelimitedClaims = { rule.SpaceDelimitedClaims.Concat(SpaceDelimited).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal) },
            },
        };
        provider.FromHeaders.AddRange(rule.FromHeaders.Where(static h => IsLocation(h)).Select(static h => new JwtHeader { Name = h.Name, ValuePrefix = h.Prefix }));
        provider.FromParams.AddRange(rule.FromParams);
        provider.FromCookies.AddRange(rule.FromCookies);
        provider.ClaimToHeaders.AddRange(rule.OutputClaimToHeaders
            .Where(static c => c.Claim.Length > 0 && IsClaimHeader(c.Header))
            .Select(static c => new JwtClaimToHeader { HeaderName = c.Header, ClaimName = c.Claim }));
        return provider;
    }

    /// <summary>Whether a token may be looked for in a header.</summary>
    public static bool IsLocation(JWTHeader header) => HeaderRules.IsName(header.Name) && !header.Prefix.AsSpan().ContainsAny('\0', '\r', '\n');

    /// <summary>Whether a claim may be put into a header of that name.</summary>
    public static bool IsClaimHeader(string name) => name.Length > 0 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
