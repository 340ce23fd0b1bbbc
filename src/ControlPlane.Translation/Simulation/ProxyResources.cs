using ControlPlane.Model.Delivery;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Simulation;

/// <summary>The resources of one proxy, read for a simulation. Immutable as long as nobody writes to the messages.</summary>
public sealed class ProxyResources
{
    private readonly Dictionary<string, RouteConfiguration> _routes;
    private readonly Dictionary<string, Cluster> _clusters;
    private readonly Dictionary<string, ClusterLoadAssignment> _endpoints;

    /// <summary>Takes messages. Of two of one kind and name the later counts, as for a proxy.</summary>
    /// <param name="listeners">Listeners.</param>
    /// <param name="routes">Route configurations that listeners name.</param>
    /// <param name="clusters">Clusters.</param>
    /// <param name="endpoints">Endpoints of clusters that take them by EDS.</param>
    public ProxyResources(
        IEnumerable<Listener> listeners, IEnumerable<RouteConfiguration> routes, IEnumerable<Cluster> clusters, IEnumerable<ClusterLoadAssignment> endpoints)
    {
        Listeners = [.. ByName(listeners, listener => listener.Name).Values];
        _routes = ByName(routes, route => route.Name);
        _clusters = ByName(clusters, cluster => cluster.Name);
        _endpoints = ByName(endpoints, assignment => assignment.ClusterName);
    }

    /// <summary>All listeners.</summary>
    public IReadOnlyList<Listener> Listeners { get; }

    /// <summary>Reads what a proxy would receive.</summary>
    /// <param name="resources">Resources of any types; those that decide nothing here are passed over.</param>
    /// <exception cref="Google.Protobuf.InvalidProtocolBufferException">A resource is no message of its type.</exception>
    public static ProxyResources Read(IEnumerable<EncodedResource> resources)
    {
        var byType = resources.ToLookup(resource => resource.Type, resource => resource.Body);
        return new ProxyResources(
            byType[XdsType.Listener].Select(body => Listener.Parser.ParseFrom(body.Span)),
            byType[XdsType.Route].Select(body => RouteConfiguration.Parser.ParseFrom(body.Span)),
            byType[XdsType.Cluster].Select(body => Cluster.Parser.ParseFrom(body.Span)),
            byType[XdsType.Endpoint].Select(body => ClusterLoadAssignment.Parser.ParseFrom(body.Span)));
    }

    /// <summary>A route configuration by its name, or null.</summary>
    public RouteConfiguration? FindRoutes(string name) => _routes.GetValueOrDefault(name);

    /// <summary>A cluster by its name, or null.</summary>
    public Cluster? FindCluster(string name) => _clusters.GetValueOrDefault(name);

    /// <summary>Endpoints by the name that their cluster asks for, or null.</summary>
    public ClusterLoadAssignment? FindEndpoints(string name) => _endpoints.GetValueOrDefault(name);

    private static Dictionary<string, T> ByName<T>(IEnumerable<T> messages, Func<T, string> nameOf)
    {
        var result = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var message in messages)
            result[nameOf(message)] = message;
        return result;
    }
}
