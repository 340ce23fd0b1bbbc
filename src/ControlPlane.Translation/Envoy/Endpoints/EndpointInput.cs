using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Endpoints;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>Everything that an assignment of hosts to a cluster is made from.</summary>
/// <param name="ClusterName">Name of the cluster.</param>
/// <param name="Localities">Its hosts by place.</param>
internal sealed record EndpointInput(string ClusterName, EquatableArray<LocalityEndpoints> Localities)
{
    /// <summary>A single port of the workload itself, of which nothing more is said.</summary>
    public static EndpointInput Local(string clusterName, string address, int port) =>
        new(clusterName, [new LocalityEndpoints(null, null, 0, [new EndpointRow(address, port, EndpointHealth.Unknown, null, "", null)])]);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(string.GetHashCode(ClusterName), Localities);
}
