using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>The family of Cluster resources.</summary>
public static class ClusterFamily
{
    /// <summary>The only instance.</summary>
    public static ResourceFamily<string, string> Instance { get; } = new(XdsType.Cluster, (_, _) => [], (_, item) => item, _ => null);
}
