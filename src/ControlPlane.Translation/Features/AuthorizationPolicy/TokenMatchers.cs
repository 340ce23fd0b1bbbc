using Envoy.Config.Rbac.V3;
using Envoy.Type.Matcher.V3;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>Matchers for what a verified token says, as the filter that verified it has noted it.</summary>
internal static class TokenMatchers
{
    private const string Filter = "envoy.filters.http.jwt_authn", Payload = "payload";

    /// <summary>Principals of tokens, <c>issuer/subject</c>: the last slash parts them, as an issuer may be a URL.</summary>
    public static Principal Principals(IReadOnlyList<string> values)
    {
        var all = values.Select(Principal).ToList();
        return all.Count == 1 ? all[0] : Combinations.OfPrincipals.Or(all);
    }

    /// <summary>A claim under a path of names: a text, or a list with such a text.</summary>
    public static Principal Claim(IReadOnlyList<string> names, IReadOnlyList<string> values)
    {
        var value = RbacMatchers.OneOf(values.Select(static v => RbacMatchers.Value(RbacMatchers.Text(v))));
        return Of(names, new ValueMatcher { OrMatch = new OrMatcher { ValueMatchers = { RbacMatchers.ElementOf(value), value.Clone() } } });
    }

    private static Principal Principal(string value)
    {
        var (issuer, subject) = Parts(value);
        return Combinations.OfPrincipals.And([Of(["iss"], RbacMatchers.Value(issuer)), Of(["sub"], RbacMatchers.Value(subject))]);
    }

    /// <summary>A wildcard at the beginning is the issuer's, one at the end the subject's; without a slash the one that is not named is anything.</summary>
    private static (StringMatcher Issuer, StringMatcher Subject) Parts(string value)
    {
        var anything = RbacMatchers.Regex(".+");
        var slash = value.LastIndexOf('/');
        var (issuer, subject) = slash < 0 ? (value, "") : (value[..slash], value[(slash + 1)..]);
        if (value == "*")
            return (anything, anything.Clone());
        if (value.StartsWith('*'))
        {
            return slash < 0
                ? (anything, new StringMatcher { Suffix = value[1..] })
                : (issuer == "*" ? anything : new StringMatcher { Suffix = issuer[1..] }, new StringMatcher { Exact = subject });
        }

        if (value.EndsWith('*'))
        {
            return slash < 0
                ? (new StringMatcher { Prefix = value[..^1] }, anything)
                : (new StringMatcher { Exact = issuer }, subject == "*" ? anything : new StringMatcher { Prefix = subject[..^1] });
        }

        return (new StringMatcher { Exact = issuer }, new StringMatcher { Exact = subject });
    }

    private static Principal Of(IEnumerable<string> claims, ValueMatcher value)
    {
#pragma warning disable CS0612 // What istiod sends.
        return new Principal { Metadata = RbacMatchers.Metadata(Filter, claims.Prepend(Payload), value) };
#pragma warning restore CS0612
    }
}
