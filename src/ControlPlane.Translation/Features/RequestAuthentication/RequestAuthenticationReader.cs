using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.Selection;
using ControlPlane.Translation.Features.Validation;
using Istio.Security.V1Beta1;
using Proto = Istio.Security.V1Beta1.RequestAuthentication;

namespace ControlPlane.Translation.Features.RequestAuthentication;

/// <summary>
/// Reads RequestAuthentication objects and notes what Istio refuses (its ValidateRequestAuthentication). One with a fault stays in force as far as it
/// can be read: to ignore it would let tokens through that nobody has verified.
/// </summary>
internal static class RequestAuthenticationReader
{
    public static Parsed<RequestAuthenticationSpec> Read(ConfigObject source)
    {
        var problems = new Problems(source);
        if (SpecReader.Read<Proto>(source, problems.Items) is not { } policy)
            return new(null, problems.Items.ToEquatableArray());
        TargetRules.Check(policy.Selector, policy.TargetRef, policy.TargetRefs, problems);
        for (var i = 0; i < policy.JwtRules.Count; i++)
            Check(policy.JwtRules[i], $"spec.jwtRules[{i}]", problems);
        var targets = PolicyTargets.From(policy.Selector, policy.TargetRef, policy.TargetRefs, source.Meta.Namespace);
        var rules = policy.JwtRules.Select(static r => r.Freeze()).ToEquatableArray();
        return new(new RequestAuthenticationSpec(source.Key, source.Meta.CreationTime, targets, rules), problems.Items.ToEquatableArray());
    }

    private static void Check(JWTRule rule, string path, Problems problems)
    {
        problems.Require(rule.Issuer.Length + rule.JwksUri.Length > 0, $"{path}.issuer", "an issuer or a jwksUri is required");
        NotEmpty(rule.Audiences, $"{path}.audiences", problems);
        NotEmpty(rule.FromParams, $"{path}.fromParams", problems);
        NotEmpty(rule.FromCookies, $"{path}.fromCookies", problems);
        for (var i = 0; i < rule.FromHeaders.Count; i++)
            problems.Require(JwtProviders.IsLocation(rule.FromHeaders[i]), $"{path}.fromHeaders[{i}].name", "the name of a header and a prefix of one line are required");
        problems.Require(rule.OutputPayloadToHeader.Length == 0 || HeaderRules.IsName(rule.OutputPayloadToHeader), $"{path}.outputPayloadToHeader", "the name of a header is required");
        for (var i = 0; i < rule.OutputClaimToHeaders.Count; i++)
        {
            var (header, claim) = (rule.OutputClaimToHeaders[i].Header, rule.OutputClaimToHeaders[i].Claim);
            problems.Require(JwtProviders.IsClaimHeader(header), $"{path}.outputClaimToHeaders[{i}].header", "a header of letters, digits and hyphens is required");
            problems.Require(claim.Length > 0, $"{path}.outputClaimToHeaders[{i}].claim", "a claim is required");
        }

        if (rule.Timeout is { } timeout && (timeout.Seconds < 0 || timeout.Nanos < 0 || (timeout.Seconds == 0 && timeout.Nanos < 1_000_000)))
            problems.Error($"{path}.timeout", "a duration of at least 1ms is required");
        if (rule.Presence != JWTRule.Types.JWTRequirement.Optional)
            problems.Warn($"{path}.presence", "presence has no effect, as with istiod: an AuthorizationPolicy says that a token is required");
        CheckKeys(rule, path, problems);
    }

    private static void CheckKeys(JWTRule rule, string path, Problems problems)
    {
        if (rule.Jwks.Length > 0)
        {
            if (KeySets.Fault(rule.Jwks) is { } fault)
                problems.Error($"{path}.jwks", $"{fault}: tokens of this issuer are refused");
            else if (KeySets.HasPrivateKey(rule.Jwks))
                problems.Warn($"{path}.jwks", "it holds a private key, which every proxy gets; public keys are enough");
            return;
        }

        if (rule.JwksUri.Length > 0 && !KeySources.IsUri(rule.JwksUri))
            problems.Error($"{path}.jwksUri", $"a URI of http or https is required, found {rule.JwksUri}");
        else if (rule.JwksUri.Length == 0 && rule.Issuer.Length > 0 && !KeySources.IsUri(rule.Issuer))
            problems.Warn($"{path}.issuer", "there are no keys for it: it has neither jwks nor jwksUri, and is no URI under which they could be found; all its tokens are refused");
    }

    private static void NotEmpty(IReadOnlyList<string> values, string path, Problems problems)
    {
        for (var i = 0; i < values.Count; i++)
            problems.Require(values[i].Length > 0, $"{path}[{i}]", "a value is required");
    }
}
