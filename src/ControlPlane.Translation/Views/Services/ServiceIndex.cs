using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Views.Services;

/// <summary>Ways to find services, built from all of them at once.</summary>
internal sealed class ServiceIndex
{
    private readonly EquatableArray<MeshService> _public;
    private readonly Dictionary<string, List<MeshService>> _chosen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EquatableArray<MeshService>> _byHost;
    private readonly Dictionary<string, EquatableArray<MeshService>> _byNamespace;

    public ServiceIndex(EquatableArray<MeshService> all)
    {
        _public = all.All(s => s.ExportTo.Public) ? all : all.Where(s => s.ExportTo.Public).ToEquatableArray();
        foreach (var service in all)
        {
            foreach (var name in service.ExportTo.Namespaces)
            {
                if (!_chosen.TryGetValue(name, out var list))
                    _chosen[name] = list = [];
                list.Add(service);
            }
        }

        _byHost = Group(all, static s => s.Host);
        _byNamespace = Group(all, static s => s.Namespace);
    }

    public EquatableArray<MeshService> VisibleTo(string name) =>
        _chosen.TryGetValue(name, out var chosen) ? chosen.Concat(_public).ToEquatableArray() : _public;

    public EquatableArray<MeshService> OfHost(string host) => _byHost.GetValueOrDefault(host);

    public EquatableArray<MeshService> InNamespace(string name) => _byNamespace.GetValueOrDefault(name);

    private static Dictionary<string, EquatableArray<MeshService>> Group(EquatableArray<MeshService> all, Func<MeshService, string> key) =>
        all.GroupBy(key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToEquatableArray(), StringComparer.Ordinal);
}
