using ControlPlane.Model.Proxies;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>
/// Secrets that Istio's agent would serve on its socket (the workload's own default and ROOTCA, and files) are asked of the control plane. The
/// static clusters that lead to the agent don't exist without it: Envoy would wait for ever. What other servers serve is left.
/// </summary>
internal sealed class AgentSecretSubstitution : Substitution
{
    private static readonly string[] AgentClusters = ["sds-grpc", "sds-files-grpc"];

    /// <inheritdoc/>
    public override bool AppliesTo(ProxyCapabilities capabilities) => capabilities.Agentless;

    /// <inheritdoc/>
    public override void Edit(SdsSecretConfig reference)
    {
        var source = reference.SdsConfig?.ApiConfigSource;
        if (source is null || !source.GrpcServices.Any(service => AgentClusters.Contains(service.EnvoyGrpc?.ClusterName)))
            return;
        reference.SdsConfig!.Ads = new AggregatedConfigSource();
    }
}
