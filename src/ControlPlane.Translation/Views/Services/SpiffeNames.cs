using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Views.Services;

/// <summary>Writes SPIFFE identities of workloads.</summary>
public static class SpiffeNames
{
    /// <summary>Identity of a service account, e.g. spiffe://cluster.local/ns/shop/sa/web.</summary>
    public static string OfServiceAccount(string trustDomain, string @namespace, string serviceAccount) =>
        $"{Scheme}{trustDomain}/ns/{@namespace}/sa/{serviceAccount}";

    /// <summary>
    /// The names themselves, and each SPIFFE name again in every trust domain that is an alias of the mesh's own, sorted. What is
    /// no identity of a service account has no alias.
    /// </summary>
    public static EquatableArray<string> WithAliases(IReadOnlyCollection<string> names, EquatableArray<string> trustDomainAliases)
    {
        if (trustDomainAliases.IsEmpty)
            return names.ToEquatableArray();
        var all = new SortedSet<string>(names, StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!name.StartsWith(Scheme, StringComparison.Ordinal))
                continue;
            if (name[Scheme.Length..].Split('/') is not [_, "ns", var ns, "sa", var account])
                continue;
            foreach (var alias in trustDomainAliases)
                all.Add(OfServiceAccount(alias, ns, account));
        }

        return all.ToEquatableArray();
    }

    private const string Scheme = "spiffe://";
}
