using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Clusters;
using ControlPlane.Translation.Envoy.Endpoints;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Views.Endpoints;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>The clusters that gRPC clients ask for. They always take their endpoints by EDS, and of a rule only what gRPC knows.</summary>
internal static class GrpcClusters
{
    /// <summary>The clusters asked for that exist.</summary>
    public static EquatableArray<GrpcClusterItem> Members(IReader reader, ClassScope scope) =>
        Asked(reader, scope).Select(static c => new GrpcClusterItem(c)).ToEquatableArray();

    /// <summary>The assignments asked for that exist.</summary>
    public static EquatableArray<EndpointItem> Endpoints(IReader reader, ClassScope scope)
    {
        var traits = EndpointTraitsReader.OfClass(reader, scope.Class);
        return Asked(reader, scope).Select(c => c.EndpointItem(traits, scope.Class)).ToEquatableArray();
    }

    /// <summary>Collects what a cluster is made from.</summary>
    public static GrpcClusterInput Collect(IReader reader, GrpcClusterItem item)
    {
        var cluster = item.Cluster;
        var secured = cluster.Policy.Tls?.Mode == ClientTLSSettings.Types.TLSmode.IstioMutual;
        return new GrpcClusterInput(
            ClusterNames.Outbound(cluster.Port.Number, cluster.Subset, cluster.Service.Host),
            cluster.Policy,
            secured,
            secured ? reader.Get(EndpointDirectory.Accounts, cluster.Service) : [],
            cluster.Subset.Length == 0 && cluster.Service.KeepsSessions);
    }

    /// <summary>Makes the cluster.</summary>
    public static EnvoyResource Build(GrpcClusterInput input)
    {
        var cluster = new Cluster
        {
            Name = input.Name,
            AltStatName = StatNames.Delimited(input.Name),
            Type = Cluster.Types.DiscoveryType.Eds,
            EdsClusterConfig = new Cluster.Types.EdsClusterConfig
            {
                ServiceName = input.Name,
                EdsConfig = new ConfigSource { Ads = new AggregatedConfigSource() },
            },
            TransportSocket = input.Secured ? GrpcTls.Client(input.Accounts) : null,
        };
        if (input.KeepsSessions)
            cluster.CommonLbConfig = new Cluster.Types.CommonLbConfig { OverrideHostStatus = ClusterBuilder.SessionHosts() };
        if (input.Policy.LoadBalancer is { } rule)
            SetBalancing(cluster, rule);
        if (input.Policy.ConnectionPool?.Http?.Http2MaxRequests is > 0 and var requests)
            cluster.CircuitBreakers = new CircuitBreakers { Thresholds = { new CircuitBreakers.Types.Thresholds { MaxRequests = (uint)requests } } };
        return new EnvoyResource(XdsType.Cluster, input.Name, cluster) { References = [input.Name], ForGrpc = true };
    }

    private static void SetBalancing(Cluster cluster, LoadBalancerSettings rule)
    {
        if (rule.ConsistentHash is { } hash)
            LoadBalancing.SetHash(cluster, hash);
        else if (rule.LbPolicyCase == LoadBalancerSettings.LbPolicyOneofCase.Simple && rule.Simple == LoadBalancerSettings.Types.SimpleLB.LeastRequest)
            cluster.LbPolicy = Cluster.Types.LbPolicy.LeastRequest;
    }

    private static IEnumerable<ServiceCluster> Asked(IReader reader, ClassScope scope)
    {
        foreach (var name in scope.Asked)
        {
            if (ClusterNames.TryParseOutbound(name, out var port, out var subset, out var host)
                && ServiceClusters.Find(reader, scope.Class, host, port, subset) is { } cluster)
                yield return cluster;
        }
    }
}
