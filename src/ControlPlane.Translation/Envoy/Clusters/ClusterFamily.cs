using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Envoy.Patches;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>The family of Cluster resources.</summary>
public static class ClusterFamily
{
    /// <summary>The only instance.</summary>
    public static ResourceFamily Instance { get; } =
        new ResourceFamily<ClusterItem, ClusterInput>(XdsType.Cluster, ClusterMembers.Compute, ClusterInputs.Compute, ClusterBuilder.Build, patched: static (_, item) => item switch
        {
            ClusterItem.SecretServer => null,
            ClusterItem.InboundPassthrough => PatchPlace.OfInbound,
            ClusterItem.Inbound inbound => new PatchPlace(true) { Hosts = inbound.Port.Services.Select(s => s.Host).Distinct(StringComparer.Ordinal).ToEquatableArray() },
            ClusterItem.Ingress ingress => new PatchPlace(true) { Hosts = [ingress.Owner.Host] },
            _ => PatchPlace.Outbound,
        });
}
