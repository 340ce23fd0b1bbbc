using ControlPlane.Translation.Envoy.Clusters;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>Names a cluster of gRPC clients.</summary>
/// <param name="Cluster">The cluster, whatever its endpoints are.</param>
internal sealed record GrpcClusterItem(ServiceCluster Cluster);
