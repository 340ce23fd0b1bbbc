using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>The family of Cluster resources.</summary>
public static class ClusterFamily
{
    /// <summary>The only instance.</summary>
    public static ResourceFamily Instance { get; } =
        new ResourceFamily<ClusterItem, ClusterInput>(XdsType.Cluster, ClusterMembers.Compute, ClusterInputs.Compute, ClusterBuilder.Build);
}
