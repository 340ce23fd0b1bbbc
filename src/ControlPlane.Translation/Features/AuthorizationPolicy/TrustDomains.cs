using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;

namespace ControlPlane.Translation.Features.AuthorizationPolicy;

/// <summary>Peers of the mesh's trust domain and of its aliases are the same: a rule that names one of them means all.</summary>
internal static class TrustDomains
{
    private const int PartsOfPrincipal = 5;
    private const string Local = "cluster.local";

    /// <summary>The mesh's trust domain, then its aliases, sorted as istiod does when it reads them.</summary>
    public static Derivation<Unit, EquatableArray<string>> OfMesh { get; } = new("TrustDomains", static (reader, _) =>
    {
        var mesh = reader.Get(MeshSettings.Current, Unit.Value).Config;
        return mesh.TrustDomainAliases.Order(StringComparer.Ordinal).Prepend(mesh.TrustDomain).ToEquatableArray();
    });

    /// <summary>
    /// Principals with those of the other trust domains added where <c>domain/ns/namespace/sa/account</c> names one of the mesh's, or cluster.local,
    /// which stands for them. Others stay as they are.
    /// </summary>
    public static IReadOnlyList<string> OfPrincipals(IReadOnlyList<string> principals, EquatableArray<string> domains)
    {
        var result = new List<string>();
        foreach (var principal in principals)
        {
            var parts = principal.Split('/');
            if (parts.Length != PartsOfPrincipal || parts[0] == "*" || !(parts[0] == Local || domains.Any(d => Fit(parts[0], d))))
            {
                result.Add(principal);
                continue;
            }

            var rest = principal[parts[0].Length..];
            // *-td stays for those that it matches itself.
            result.AddRange(domains.Select(d => IsSuffix(d, parts[0]) ? principal : d + rest).Distinct(StringComparer.Ordinal));
        }

        return result;
    }

    /// <summary>Trust domains, all of the mesh's in place of any of them.</summary>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> values, EquatableArray<string> domains) =>
        [.. values.SelectMany(v => domains.Contains(v) ? domains.AsEnumerable() : [v]).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether one of two trust domains, which may have a wildcard, covers the other.</summary>
    private static bool Fit(string a, string b) => a == b || b == "*" || IsPrefix(a, b) || IsPrefix(b, a) || IsSuffix(a, b) || IsSuffix(b, a);

    private static bool IsPrefix(string text, string pattern) => pattern.EndsWith('*') && text.StartsWith(pattern[..^1], StringComparison.Ordinal);

    private static bool IsSuffix(string text, string pattern) => pattern.StartsWith('*') && text.EndsWith(pattern[1..], StringComparison.Ordinal);
}
