using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Resources;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;

namespace ControlPlane.Pipeline.Tests.Engine;

/// <summary>
/// A translation small enough to predict: each ConfigMap of the proxy's namespace is a cluster and an endpoint set made from its
/// data; gRPC proxies get one listener per name asked.
/// </summary>
internal static class ToyFamilies
{
    private static readonly TableIndex<ConfigMap, string> ByNamespace = new(Tables.ConfigMaps, m => [m.Key.Namespace]);

    public static IReadOnlyList<ResourceFamily> All { get; } =
    [
        new ResourceFamily<ObjectKey, ConfigMap>(
            XdsType.Cluster,
            (r, scope) => r.Lookup(ByNamespace, scope.Class.Namespace).Select(m => m.Key).ToEquatableArray(),
            (r, key) => r.Find(Tables.ConfigMaps, key),
            map => new EnvoyResource(XdsType.Cluster, map.Key.Name, new Cluster { Name = map.Key.Name, AltStatName = map.Data["stat"] ?? "" })),
        new ResourceFamily<ObjectKey, ConfigMap>(
            XdsType.Endpoint,
            (r, scope) => r.Lookup(ByNamespace, scope.Class.Namespace).Select(m => m.Key).ToEquatableArray(),
            (r, key) => r.Find(Tables.ConfigMaps, key),
            map => new EnvoyResource(
                XdsType.Endpoint,
                map.Key.Name,
                new ClusterLoadAssignment { ClusterName = map.Key.Name, Endpoints = { new LocalityLbEndpoints { Priority = uint.Parse(map.Data["priority"] ?? "0") } } })),
        new ResourceFamily<string, string>(
            XdsType.Listener,
            (_, scope) => scope.Asked.ToEquatableArray(),
            (_, name) => name,
            name => new EnvoyResource(XdsType.Listener, name, new Listener { Name = name }),
            c => c.IsGrpc),
    ];
}
