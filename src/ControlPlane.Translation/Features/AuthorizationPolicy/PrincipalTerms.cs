using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Features.Validation;
using Envoy.Config.Rbac.V3;
using Envoy.Type.Matcher.V3;
using Istio.Security.V1Beta1;
using Term = ControlPlane.Translation.Features.AuthorizationPolicy.RuleTerm<Envoy.Config.Rbac.V3.Principal>;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>What a rule says of who asks: a source and the conditions that belong to it.</summary>
/// <param name="ownNamespace">Namespace of the policy, in which service accounts are looked for.</param>
/// <param name="trustDomains">The mesh's trust domain and its aliases.</param>
internal sealed class PrincipalTerms(string ownNamespace, EquatableArray<string> trustDomains)
{
    private const string Spiffe = "spiffe://";

    /// <summary>The terms of a source (null for any), in the order in which they are written.</summary>
    public IEnumerable<Term> Of(Source? source, IEnumerable<Condition> when)
    {
        if (source is not null)
        {
            yield return OfPrincipals(source.Principals, source.NotPrincipals);
            yield return OfToken(source.RequestPrincipals, source.NotRequestPrincipals, TokenMatchers.Principals);
            yield return OfServiceAccounts(source.ServiceAccounts, source.NotServiceAccounts);
            yield return OfTrustDomains(source.TrustDomains, source.NotTrustDomains);
            yield return Each(source.Namespaces, source.NotNamespaces, InNamespace);
            yield return Each(source.RemoteIpBlocks, source.NotRemoteIpBlocks, Remote);
            yield return Each(source.IpBlocks, source.NotIpBlocks, Direct);
        }

        foreach (var condition in when)
        {
            if (!PermissionTerms.Concerns(condition.Key))
                yield return OfCondition(condition);
        }
    }

    private Term OfCondition(Condition condition)
    {
        var (key, values, notValues) = (condition.Key, condition.Values, condition.NotValues);
        switch (key)
        {
            case ConditionKeys.SourceIp:
                return Each(values, notValues, Direct);
            case ConditionKeys.RemoteIp:
                return Each(values, notValues, Remote);
            case ConditionKeys.SourceNamespace:
                return Each(values, notValues, InNamespace);
            case ConditionKeys.SourceTrustDomain:
                return OfTrustDomains(values, notValues);
            case ConditionKeys.SourceServiceAccount:
                return OfServiceAccounts(values, notValues);
            case ConditionKeys.SourcePrincipal:
                return OfPrincipals(values, notValues);
            case ConditionKeys.RequestPrincipal:
                return OfToken(values, notValues, TokenMatchers.Principals);
            case ConditionKeys.RequestAudiences:
                return OfToken(values, notValues, static v => TokenMatchers.Claim(["aud"], v));
            case ConditionKeys.RequestPresenter:
                return OfToken(values, notValues, static v => TokenMatchers.Claim(["azp"], v));
        }

        if (key.StartsWith(ConditionKeys.HeaderPrefix, StringComparison.Ordinal))
            return Term.OfEach(values, notValues, Combinations.OfPrincipals, v => Header(key, v), httpOnly: true);
        if (key.StartsWith(ConditionKeys.ClaimPrefix, StringComparison.Ordinal))
            return OfToken(values, notValues, v => ConditionKeys.NamesAfter(key, ConditionKeys.ClaimPrefix) is { } names ? TokenMatchers.Claim(names, v) : null);
        return Term.OfAll(values, notValues, static _ => null);
    }

    private Term OfPrincipals(IReadOnlyList<string> values, IReadOnlyList<string> notValues) =>
        Each(TrustDomains.OfPrincipals(values, trustDomains), TrustDomains.OfPrincipals(notValues, trustDomains), static v => Peer(RbacMatchers.Text(v, Spiffe)));

    private Term OfTrustDomains(IReadOnlyList<string> values, IReadOnlyList<string> notValues) =>
        Each(TrustDomains.Expand(values, trustDomains), TrustDomains.Expand(notValues, trustDomains), InTrustDomain);

    private Term OfServiceAccounts(IReadOnlyList<string> values, IReadOnlyList<string> notValues) => Each(values, notValues, v =>
    {
        var slash = v.IndexOf('/', StringComparison.Ordinal);
        var (@namespace, account) = slash < 0 ? (ownNamespace, v) : (v[..slash], v[(slash + 1)..]);
        // There may be further parts of the identity before and after the account.
        return Peer(RbacMatchers.Regex($"{Spiffe}.+/ns/{Re2Syntax.Quote(@namespace)}/(.+/|)sa/{Re2Syntax.Quote(account)}(/.+)?"));
    });

    private static Term OfToken(IReadOnlyList<string> values, IReadOnlyList<string> notValues, Func<IReadOnlyList<string>, Principal?> all) =>
        Term.OfAll(values, notValues, all, httpOnly: true);

    private static Term Each(IReadOnlyList<string> values, IReadOnlyList<string> notValues, Func<string, Principal?> one) =>
        Term.OfEach(values, notValues, Combinations.OfPrincipals, one);

    private static Principal InNamespace(string value) => Peer(RbacMatchers.Regex($".*/ns/{string.Join(".*", value.Split('*').Select(Re2Syntax.Quote))}/.*"));

    private static Principal InTrustDomain(string value)
    {
        if (value == "*")
            return Peer(new StringMatcher { Prefix = Spiffe });
        var star = value.IndexOf('*', StringComparison.Ordinal);
        return Peer(star < 0
            ? new StringMatcher { Prefix = $"{Spiffe}{value}/" }
            : RbacMatchers.Regex($"{Spiffe}{Re2Syntax.Quote(value[..star])}[^/]*{Re2Syntax.Quote(value[(star + 1)..])}/.*"));
    }

    private static Principal? Direct(string value) => CidrRanges.ReadStrict(value) is { } range ? new Principal { DirectRemoteIp = range } : null;

    private static Principal? Remote(string value) => CidrRanges.ReadStrict(value) is { } range ? new Principal { RemoteIp = range } : null;

    private static Principal? Header(string key, string value) =>
        ConditionKeys.NameAfter(key, ConditionKeys.HeaderPrefix) is { } name && HeaderRules.IsMatchName(name) ? new Principal { Header = RbacMatchers.Header(name, value) } : null;

    private static Principal Peer(StringMatcher name) => new() { Authenticated = new Principal.Types.Authenticated { PrincipalName = name } };
}
