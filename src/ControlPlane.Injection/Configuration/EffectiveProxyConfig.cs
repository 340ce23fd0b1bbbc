using System.Text.Json.Nodes;

namespace ControlPlane.Injection.Configuration;

/// <summary>The settings that one pod's proxy has in the end.</summary>
internal static class EffectiveProxyConfig
{
    /// <summary>Later wins: defaults, mesh, object of the root namespace, of the pod's namespace, annotation, object that selects the pod.</summary>
    public static JsonObject Of(
        MeshSettings mesh, IReadOnlyList<ProxyConfigObject> oldestFirst, string ns, IReadOnlyDictionary<string, string> labels, JsonObject? annotation)
    {
        var config = mesh.ProxyDefaults;
        config = ProxyConfigs.Lay(config, WholeNamespace(oldestFirst, mesh.RootNamespace), zerosOverride: false);
        if (ns != mesh.RootNamespace)
            config = ProxyConfigs.Lay(config, WholeNamespace(oldestFirst, ns), zerosOverride: false);
        config = ProxyConfigs.Lay(config, annotation, zerosOverride: false);
        return ProxyConfigs.Lay(config, Selecting(oldestFirst, ns, labels), zerosOverride: false);
    }

    /// <summary>Oldest first, then by name, so that the order in which objects arrive does not matter.</summary>
    public static IReadOnlyList<ProxyConfigObject> Sort(IEnumerable<ProxyConfigObject> objects) => objects
        .OrderBy(one => one.Created, StringComparer.Ordinal).ThenBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Namespace, StringComparer.Ordinal).ToList();

    private static JsonObject? WholeNamespace(IReadOnlyList<ProxyConfigObject> objects, string ns) =>
        objects.FirstOrDefault(one => one.Namespace == ns && !one.HasSelector)?.Config;

    private static JsonObject? Selecting(IReadOnlyList<ProxyConfigObject> objects, string ns, IReadOnlyDictionary<string, string> labels) =>
        objects.FirstOrDefault(one => one.Namespace == ns && one.Labels.Count > 0
            && one.Labels.All(wanted => labels.TryGetValue(wanted.Key, out var value) && value == wanted.Value))?.Config;
}
