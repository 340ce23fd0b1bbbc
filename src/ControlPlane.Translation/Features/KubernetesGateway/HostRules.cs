using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>What one HTTPRoute or GRPCRoute says of one host at one parent, before it is merged with what others say.</summary>
/// <param name="MergeKey">What is merged has this in common: gateway and host, or namespace, port and host.</param>
/// <param name="Route">The route.</param>
/// <param name="CreationTime">Its age.</param>
/// <param name="Gateway">The gateway as VirtualServices write it.</param>
/// <param name="Host">The host.</param>
/// <param name="Rules">The rules, in order; at least one.</param>
internal sealed record HostRules(string MergeKey, RouteId Route, DateTime CreationTime, string Gateway, string Host, EquatableArray<Frozen<HTTPRoute>> Rules)
{
    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(string.GetHashCode(MergeKey), Route);
}
