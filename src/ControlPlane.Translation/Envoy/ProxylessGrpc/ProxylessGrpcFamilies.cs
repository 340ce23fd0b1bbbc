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
        XdsType.Listener => new ProxylessFamily(envoy, Listeners),
        XdsType.Cluster => new ProxylessFamily(envoy, Clusters),
        XdsType.Route => new ProxylessFamily(envoy, Routes),
        XdsType.Endpoint => new ProxylessFamily(envoy, Endpoints),
        _ => envoy,
    };
}
