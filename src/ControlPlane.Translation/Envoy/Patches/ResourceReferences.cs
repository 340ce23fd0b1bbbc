using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Capabilities;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;

namespace ControlPlane.Translation.Envoy.Patches;

/// <summary>What a resource that a user wrote or changed makes the client ask for.</summary>
internal static class ResourceReferences
{
    /// <summary>Of a listener the names of its route configurations, of a cluster the name of its endpoints if they come by EDS; sorted.</summary>
    public static EquatableArray<string> Of(IMessage message) => message switch
    {
        Cluster { Type: Cluster.Types.DiscoveryType.Eds } cluster when cluster.ClusterDiscoveryTypeCase == Cluster.ClusterDiscoveryTypeOneofCase.Type =>
            [cluster.EdsClusterConfig?.ServiceName is { Length: > 0 } name ? name : cluster.Name],
        Listener listener => listener.FilterChains.Append(listener.DefaultFilterChain).OfType<FilterChain>()
            .SelectMany(c => c.Filters)
            .Select(f => TypedConfigs.TryRead<HttpConnectionManager>(f.TypedConfig, out var manager) ? manager.Rds?.RouteConfigName ?? "" : "")
            .Where(static n => n.Length > 0)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ToEquatableArray(),
        _ => [],
    };
}
