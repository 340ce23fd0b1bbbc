using ControlPlane.Model.Collections;
using Envoy.Config.Rbac.V3;
using Istio.Security.V1Beta1;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>Turns a rule into a policy of Envoy's: one permission per operation, one principal per source, the conditions in each of them.</summary>
/// <param name="ownNamespace">Namespace of the policy.</param>
/// <param name="trustDomains">The mesh's trust domain and its aliases.</param>
internal sealed class RuleTranslation(string ownNamespace, EquatableArray<string> trustDomains)
{
    /// <summary>The policy of a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="forTcp">Whether connections are to be matched, which have nothing of HTTP.</param>
    /// <param name="strict">Whether a rule that can't be matched in full is left out (one that allows must not grow), rather than that part of it.</param>
    /// <returns>Null where it is left out.</returns>
    public Policy? Translate(Rule rule, bool forTcp, bool strict)
    {
        var principals = new PrincipalTerms(ownNamespace, trustDomains);
        var asked = Joined(rule.To.Select(static t => t.Operation), o => PermissionTerms.Of(o, rule.When), Combinations.OfPermissions, forTcp, strict);
        var asking = Joined(rule.From.Select(static f => f.Source), s => principals.Of(s, rule.When), Combinations.OfPrincipals, forTcp, strict);
        return asked is null || asking is null ? null : new Policy { Permissions = { asked }, Principals = { asking } };
    }

    /// <summary>A policy that matches nothing.</summary>
    public static Policy Never() => new()
    {
        Permissions = { Combinations.OfPermissions.Not(Combinations.OfPermissions.Any()) },
        Principals = { Combinations.OfPrincipals.Not(Combinations.OfPrincipals.Any()) },
    };

    private static List<T>? Joined<TPart, T>(IEnumerable<TPart?> parts, Func<TPart?, IEnumerable<RuleTerm<T>>> termsOf, Combination<T> kind, bool forTcp, bool strict)
        where T : class
    {
        var result = new List<T>();
        foreach (var part in parts.DefaultIfEmpty())
        {
            if (RuleTerm<T>.Join(termsOf(part), kind, forTcp, strict) is not { } joined)
                return null;
            result.Add(joined);
        }

        return result;
    }
}
