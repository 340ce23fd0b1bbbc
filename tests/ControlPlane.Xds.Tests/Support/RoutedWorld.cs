using ControlPlane.Model.Delivery;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>Random configurations in which every route and listener names only clusters that exist.</summary>
public sealed class RoutedWorld(Random random)
{
    private const int ClusterCount = 12;
    private const int RouteCount = 4;

    private readonly SortedSet<string> _clusters = new(StringComparer.Ordinal);
    private int _edits;

    public void Edit(ConfigBuilder world, bool everything = false, bool build = true)
    {
        _edits++;
        foreach (var name in Enumerable.Range(0, ClusterCount).Select(i => "c" + i).Where(_ => random.Next(8) == 0))
        {
            if (!_clusters.Remove(name))
                _clusters.Add(name);
        }

        var kept = _clusters.DefaultIfEmpty("c0").ToArray();
        var old = world.Current;
        var content = everything ? "e" + _edits : random.Next(3).ToString();
        foreach (var gone in old[XdsType.Cluster].Resources.Select(r => r.Name).Except(kept))
            world.Remove(XdsType.Cluster, gone).Remove(XdsType.Endpoint, gone);
        foreach (var name in kept.Where(n => everything || random.Next(2) == 0 || old[XdsType.Cluster].Find(n) is null))
            world.Set(TestResource.Cluster(name, content), TestResource.Endpoint(name, content));
        for (var i = 0; i < RouteCount; i++)
            world.Set(Using(XdsType.Route, "r" + i, content, kept));
        var routed = Enumerable.Range(0, RouteCount).Where(_ => random.Next(5) > 0).Select(i => "r" + i).ToArray();
        world.Set(Using(XdsType.Listener, "tcp", content, kept), TestResource.Listener("http", content + string.Concat(routed), routed));
        if (build)
            world.Build();
    }

    // The version of a resource follows its content, so that has to name the clusters too.
    private EncodedResource Using(XdsType type, string name, string content, string[] clusters)
    {
        string[] used = [clusters[random.Next(clusters.Length)], clusters[random.Next(clusters.Length)]];
        return TestResource.Make(type, name, content + string.Concat(used), clusters: used);
    }
}
