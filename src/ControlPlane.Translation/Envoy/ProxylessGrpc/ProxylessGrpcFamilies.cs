using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Envoy.Endpoints;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>
/// The view of gRPC clients and servers that speak xDS themselves (metadata GENERATOR = grpc). They ask for each resource by name:
/// a listener by the authority of the channel, the route that it names, the clusters that the route names, and their endpoints.
/// </summary>
public static class ProxylessGrpcFamilies
{
    private static readonly ResourceFamily Listeners = new ResourceFamily<GrpcListener, GrpcListener>(
        XdsType.Listener, GrpcListeners.Compute, static (_, item) => item, GrpcListenerBuilder.Build, static _ => true);

    private static readonly ResourceFamily Clusters = new ResourceFamily<GrpcClusterItem, GrpcClusterInput>(
        XdsType.Cluster, GrpcClusters.Members, GrpcClusters.Collect, GrpcClusters.Build, static _ => true);

    private static readonly ResourceFamily Routes = new ResourceFamily<GrpcRouteItem, GrpcRouteInput>(
        XdsType.Route, GrpcRoutes.Members, GrpcRoutes.Collect, GrpcRoutes.Build, static _ => true);

    private static readonly ResourceFamily Endpoints = new ResourceFamily<EndpointItem, EndpointInput>(
        XdsType.Endpoint, GrpcClusters.Endpoints, EndpointInputs.Compute, EndpointBuilder.Build, static _ => true);

    /// <summary>A family that serves Envoys, extended to gRPC clients.</summary>
    /// <param name="envoy">The family of Envoys; a type that gRPC clients do not know is returned as it is.</param>
    public static ResourceFamily Extend(ResourceFamily envoy) => envoy.Type switch
    {
        XdsType.Listener => new SplitFamily(envoy, Listeners, static c => c.IsGrpc),
        XdsType.Cluster => new SplitFamily(envoy, Clusters, static c => c.IsGrpc),
        XdsType.Route => new SplitFamily(envoy, Routes, static c => c.IsGrpc),
        XdsType.Endpoint => new SplitFamily(envoy, Endpoints, static c => c.IsGrpc),
        _ => envoy,
    };
}
