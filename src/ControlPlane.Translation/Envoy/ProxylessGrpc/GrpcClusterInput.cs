using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Clusters;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>Everything that a cluster of gRPC clients is made from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Policy">The policy in force; gRPC knows little of it.</param>
/// <param name="Secured">Whether mutual TLS is used: only where the rule says so.</param>
/// <param name="Accounts">Names that servers may have, where it is.</param>
/// <param name="KeepsSessions">Whether sessions may hold on to draining endpoints.</param>
internal sealed record GrpcClusterInput(string Name, ClusterPolicy Policy, bool Secured, EquatableArray<string> Accounts, bool KeepsSessions)
{
    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Name);
}
