using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.Sidecar;
using ControlPlane.Translation.Views.Mesh;
using Istio.Mesh.V1Alpha1;

namespace ControlPlane.Translation.Views.Outbound;

/// <summary>outboundTrafficPolicy as it is in force for a scope.</summary>
/// <param name="Mode">What becomes of traffic to unknown hosts.</param>
/// <param name="EgressCluster">Cluster of the egress proxy that takes such traffic, "" for none.</param>
public sealed record OutboundPolicy(OutboundPolicyMode Mode, string EgressCluster)
{
    /// <summary>The policy of a scope.</summary>
    public static Derivation<OutboundScope, OutboundPolicy> OfScope { get; } = new("OutboundPolicy", static (reader, scope) =>
    {
        if (Sidecars.Find(reader, scope.Sidecar) is { OutboundPolicy: { } own })
            return own;
        var mode = reader.Get(MeshSettings.Current, Unit.Value).Config.OutboundTrafficPolicy?.Mode ?? MeshConfig.Types.OutboundTrafficPolicy.Types.Mode.RegistryOnly;
        return new OutboundPolicy(Convert(mode), "");
    });

    /// <summary>The cluster of connections that nobody claims.</summary>
    public string FallthroughCluster =>
        Mode == OutboundPolicyMode.RegistryOnly ? ClusterNames.BlackHole : EgressCluster.Length > 0 ? EgressCluster : ClusterNames.Passthrough;

    private static OutboundPolicyMode Convert(MeshConfig.Types.OutboundTrafficPolicy.Types.Mode mode) => mode switch
    {
        MeshConfig.Types.OutboundTrafficPolicy.Types.Mode.AllowAny => OutboundPolicyMode.AllowAny,
        MeshConfig.Types.OutboundTrafficPolicy.Types.Mode.AllowAnyDynamicDns => OutboundPolicyMode.AllowAnyDynamicDns,
        _ => OutboundPolicyMode.RegistryOnly,
    };
}
