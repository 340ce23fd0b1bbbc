using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Views.Services;

/// <summary>
/// Follows ExternalName Services to the service that they mean in the end. One that leads into a loop means nothing, as Kubernetes
/// does not resolve it either.
/// </summary>
internal static class AliasIndex
{
    /// <summary>Aliases by the host that they lead to, each list by namespace and host.</summary>
    public static Dictionary<string, EquatableArray<ServiceAlias>> Build(IEnumerable<MeshService> aliases)
    {
        var all = aliases.ToList();
        var next = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var alias in all)
            next[alias.Host] = alias.AliasOf;
        return all
            .Select(a => (Alias: a, Target: Follow(a.AliasOf, next)))
            .Where(a => a.Target is not null)
            .GroupBy(a => a.Target!, StringComparer.Ordinal)
            .ToDictionary(
                g => g.Key,
                g => g.Select(a => new ServiceAlias(a.Alias.Host, a.Alias.Namespace))
                    .OrderBy(a => a.Namespace, StringComparer.Ordinal).ThenBy(a => a.Host, StringComparer.Ordinal)
                    .ToEquatableArray(),
                StringComparer.Ordinal);
    }

    private static string? Follow(string host, Dictionary<string, string> next)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (next.TryGetValue(host, out var target))
        {
            if (!seen.Add(host))
                return null;
            host = target;
        }

        return host;
    }
}
