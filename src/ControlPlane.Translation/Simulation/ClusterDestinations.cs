using System.Collections.Immutable;
using System.Net;
using Envoy.Config.Cluster.V3;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Simulation;

/// <summary>Where clusters lead.</summary>
internal static class ClusterDestinations
{
    private const string DynamicForwardProxy = "envoy.extensions.clusters.dynamic_forward_proxy.v3.ClusterConfig";
    private const string Dns = "envoy.extensions.clusters.dns.v3.DnsCluster";
    private const string OriginalDestinationHeader = "x-envoy-original-dst-host";

    /// <summary>The destination that a cluster of a name is.</summary>
    /// <param name="resources">What the proxy has.</param>
    /// <param name="name">The cluster's name.</param>
    /// <param name="share">Share of the traffic that goes to it.</param>
    /// <param name="connection">The client's connection.</param>
    /// <param name="headers">The request, null for a connection of bytes.</param>
    /// <param name="authority">:authority with which the request goes on, "" without a request.</param>
    public static SimulatedDestination Of(
        ProxyResources resources, string name, double share, SimulatedConnection connection, RequestHeaders? headers, string authority)
    {
        if (resources.FindCluster(name) is not { } cluster)
            return new SimulatedDestination(name, share, null, []);
        var (discovery, endpoints) = Find(resources, cluster, connection, headers, authority);
        return new SimulatedDestination(name, share, discovery, endpoints);
    }

    private static (string Discovery, ImmutableArray<SimulatedEndpoint> Endpoints) Find(
        ProxyResources resources, Cluster cluster, SimulatedConnection connection, RequestHeaders? headers, string authority)
    {
        if (cluster.ClusterDiscoveryTypeCase == Cluster.ClusterDiscoveryTypeOneofCase.ClusterType)
        {
            var type = Any.GetTypeName(cluster.ClusterType.TypedConfig?.TypeUrl ?? "");
            return type switch
            {
                DynamicForwardProxy => ("dynamic forward proxy", One(cluster, Forwarded(connection, authority), authority)),
                Dns => ("DNS", Inline(cluster, authority)),
                _ => (type, []),
            };
        }

        switch (cluster.Type)
        {
            case Cluster.Types.DiscoveryType.Eds:
                var name = cluster.EdsClusterConfig?.ServiceName is { Length: > 0 } service ? service : cluster.Name;
                return ("EDS", resources.FindEndpoints(name) is { } assignment ? EndpointSelection.Find(assignment, cluster, authority) : []);
            case Cluster.Types.DiscoveryType.OriginalDst:
                return ("original destination", Original(cluster, connection, headers) is { } original ? One(cluster, original, authority) : []);
            case Cluster.Types.DiscoveryType.StrictDns:
            case Cluster.Types.DiscoveryType.LogicalDns:
                return ("DNS", Inline(cluster, authority));
            default:
                return ("static", Inline(cluster, authority));
        }
    }

    private static ImmutableArray<SimulatedEndpoint> Inline(Cluster cluster, string authority) =>
        cluster.LoadAssignment is { } assignment ? EndpointSelection.Find(assignment, cluster, authority) : [];

    private static ImmutableArray<SimulatedEndpoint> One(Cluster cluster, string address, string authority) =>
        [new SimulatedEndpoint(address, 0, 1, "", UpstreamSockets.Of(cluster, null, null, authority)) { IsName = !IPEndPoint.TryParse(address, out _) }];

    /// <summary>Where the client meant to go, which only interception changes; null for a connection to the proxy itself.</summary>
    private static string? Original(Cluster cluster, SimulatedConnection connection, RequestHeaders? headers)
    {
        var config = cluster.OriginalDstLbConfig;
        var destination = connection.Entry == ConnectionEntry.Direct ? null : connection.Destination;
        if (config?.UseHttpHeader == true
            && headers?[config.HttpHeaderName is { Length: > 0 } name ? name : OriginalDestinationHeader] is { } text && IPEndPoint.TryParse(text, out var named))
        {
            destination = named;
        }

        if (destination is null)
            return null;
        return config?.UpstreamPortOverride is { } port ? new IPEndPoint(destination.Address, (int)port).ToString() : destination.ToString();
    }

    /// <summary>The host that a dynamic forward proxy looks up: that of the request, without a request that of the handshake.</summary>
    private static string Forwarded(SimulatedConnection connection, string authority)
    {
        var host = authority.Length > 0 ? authority : connection.Tls?.ServerName ?? "";
        return VirtualHostSelection.WithoutPort(host) == host ? $"{host}:{(authority.Length > 0 ? (connection.Tls is null ? 80 : 443) : connection.Destination.Port)}" : host;
    }
}
