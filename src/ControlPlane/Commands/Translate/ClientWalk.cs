using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Pipeline.Offline;
using ControlPlane.Translation.Envoy.ExtensionConfigs;
using ControlPlane.Translation.Envoy.Secrets;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;

namespace ControlPlane.Commands.Translate;

/// <summary>Asks as a client would: first for what it knows by itself, then for what the answers name.</summary>
internal static class ClientWalk
{
    /// <summary>What a proxy gets, by type, sorted by name.</summary>
    /// <param name="translation">Answers.</param>
    /// <param name="proxy">The proxy.</param>
    /// <param name="watched">What it asks for by name; null for one that takes everything, as Envoy does.</param>
    public static Dictionary<XdsType, IReadOnlyList<EncodedResource>> Collect(
        OfflineTranslation translation, ProxyDescriptor proxy, IReadOnlyDictionary<XdsType, NameSet>? watched) =>
        watched is null ? Everything(translation, proxy) : ByName(translation, proxy, watched);

    private static Dictionary<XdsType, IReadOnlyList<EncodedResource>> Everything(OfflineTranslation translation, ProxyDescriptor proxy)
    {
        var config = translation.Translate(proxy);
        var result = XdsTypes.All.ToDictionary(type => type, type => (IReadOnlyList<EncodedResource>)[.. config[type].Resources]);
        result[XdsType.Route] = Named(config[XdsType.Route], References(result[XdsType.Listener]));
        result[XdsType.Endpoint] = Named(config[XdsType.Endpoint], References(result[XdsType.Cluster]));
        result[XdsType.ExtensionConfig] = Named(config[XdsType.ExtensionConfig], result[XdsType.Listener].SelectMany(resource => DiscoveredExtensions.NamedBy(Listener.Parser.ParseFrom(resource.Body.Span))));
        result[XdsType.Secret] = Secrets(translation, proxy, result);
        return result;
    }

    /// <summary>The secrets that listeners and clusters fetch from the control plane.</summary>
    private static EncodedResource[] Secrets(
        OfflineTranslation translation, ProxyDescriptor proxy, Dictionary<XdsType, IReadOnlyList<EncodedResource>> known)
    {
        var names = known[XdsType.Listener].SelectMany(resource => ServedSecrets.NamedBy(Listener.Parser.ParseFrom(resource.Body.Span)))
            .Concat(known[XdsType.Cluster].SelectMany(resource => ServedSecrets.NamedBy(Cluster.Parser.ParseFrom(resource.Body.Span))))
            .ToList();
        if (names.Count == 0)
            return [];
        return [.. translation.Translate(proxy, new Dictionary<XdsType, NameSet> { [XdsType.Secret] = NameSet.From(names) })[XdsType.Secret].Resources];
    }

    private static Dictionary<XdsType, IReadOnlyList<EncodedResource>> ByName(
        OfflineTranslation translation, ProxyDescriptor proxy, IReadOnlyDictionary<XdsType, NameSet> watched)
    {
        var asked = new Dictionary<XdsType, NameSet>(watched);
        var result = new Dictionary<XdsType, IReadOnlyList<EncodedResource>>();
        Ask(XdsType.Listener, []);
        Ask(XdsType.Route, References(result[XdsType.Listener]));
        Ask(XdsType.Cluster, Clusters(result[XdsType.Route]));
        Ask(XdsType.Endpoint, References(result[XdsType.Cluster]));
        foreach (var type in watched.Keys.Where(type => !result.ContainsKey(type)))
            Ask(type, []);
        return result;

        void Ask(XdsType type, IEnumerable<string> found)
        {
            asked[type] = NameSet.From(asked.GetValueOrDefault(type, NameSet.Empty).Concat(found));
            // A set that was made for the names asked may hold more spellings than were asked; all of it is the answer.
            var set = translation.Translate(proxy, asked)[type];
            result[type] = set.Asked is null ? Named(set, asked[type]) : [.. set.Resources];
        }
    }

    private static EncodedResource[] Named(ResourceSet set, IEnumerable<string> names) =>
        [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(set.Find).OfType<EncodedResource>()];

    private static IEnumerable<string> References(IEnumerable<EncodedResource> resources) => resources.SelectMany(resource => resource.References);

    /// <summary>The clusters that a gRPC client takes from routes.</summary>
    private static IEnumerable<string> Clusters(IEnumerable<EncodedResource> routes) =>
        from resource in routes
        from host in RouteConfiguration.Parser.ParseFrom(resource.Body.Span).VirtualHosts
        from route in host.Routes
        where route.Route_ is not null
        from cluster in ClustersOf(route.Route_)
        select cluster;

    private static IEnumerable<string> ClustersOf(RouteAction action) => action.ClusterSpecifierCase switch
    {
        RouteAction.ClusterSpecifierOneofCase.Cluster => [action.Cluster],
        RouteAction.ClusterSpecifierOneofCase.WeightedClusters => action.WeightedClusters.Clusters.Select(cluster => cluster.Name),
        _ => [],
    };
}
