using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Endpoints;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>The outbound clusters of classes.</summary>
internal static class ServiceClusters
{
    /// <summary>The clusters of a class, whatever their endpoints are.</summary>
    public static Derivation<ProxyClass, EquatableArray<ServiceCluster>> OfClass { get; } = new("ServiceClusters", static (reader, proxy) =>
    {
        var settings = reader.Get(ClusterSettings.Current, Unit.Value);
        var result = new List<ServiceCluster>();
        foreach (var service in reader.Get(OutboundServices.OfScope, (reader.Get(OutboundScopes.OfClass, proxy), proxy.Type == ProxyType.Router)))
        {
            if (service.Resolution == Resolution.Alias)
                continue;
            foreach (var port in service.Ports)
            {
                if (port.Protocol != Protocol.Udp && (service.Resolution != Resolution.DynamicDns || CanForward(port.Protocol)))
                    result.Add(Default(service, port, proxy, settings));
            }
        }

        return result.ToEquatableArray();
    });

    /// <summary>One cluster of a class, whatever its protocol; null where the class has none of that name.</summary>
    public static ServiceCluster? Find(IReader reader, ProxyClass proxy, string host, int number, string subset)
    {
        var scope = reader.Get(OutboundScopes.OfClass, proxy);
        if (subset.Length > 0 || reader.Get(OutboundServices.OfHost, (scope, proxy.Type == ProxyType.Router, host)) is not { } service)
            return null;
        return service.Ports.FirstOrDefault(p => p.Number == number) is { } port
            ? Default(service, port, proxy, reader.Get(ClusterSettings.Current, Unit.Value))
            : null;
    }

    /// <summary>Protocols whose connections name the host to resolve.</summary>
    private static bool CanForward(Protocol protocol) => protocol is Protocol.Http or Protocol.Http2 or Protocol.Grpc or Protocol.Tls;

    private static ServiceCluster Default(MeshService service, MeshServicePort port, ProxyClass proxy, ClusterSettings settings)
    {
        var policy = ClusterPolicy.None;
        return new ServiceCluster(service, port, "", policy, Endpoints(service, policy, settings), Discovery(service, proxy));
    }

    private static EndpointPolicy Endpoints(MeshService service, ClusterPolicy policy, ClusterSettings settings)
    {
        var rule = LocalityRule.Effective(policy.LoadBalancer, service.TrafficDistribution, settings.LocalityLb, settings.ZoneAwareLb);
        return rule?.Acts(policy.OutlierDetection is not null) == true ? new EndpointPolicy { Locality = rule } : EndpointPolicy.Default;
    }

    /// <summary>How a service's hosts are found. Gateways have no original destination to connect to.</summary>
    private static ClusterDiscovery Discovery(MeshService service, ProxyClass proxy) => service.Resolution switch
    {
        Resolution.Passthrough => proxy.Type == ProxyType.Router ? ClusterDiscovery.Eds : ClusterDiscovery.OriginalDestination,
        Resolution.Dns => service.RacesConnections ? ClusterDiscovery.LogicalDns : ClusterDiscovery.StrictDns,
        Resolution.DnsRoundRobin => ClusterDiscovery.LogicalDns,
        Resolution.DynamicDns when service.Host.StartsWith('*') => ClusterDiscovery.DynamicForwardProxy,
        _ => ClusterDiscovery.Eds,
    };
}
