using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>Names the endpoints of one port of a service or subset, as one kind of proxy gets them.</summary>
/// <param name="Service">The service.</param>
/// <param name="Port">Its port.</param>
/// <param name="Subset">Subset, "" for the whole service.</param>
/// <param name="Policy">What rules say.</param>
/// <param name="Traits">What of the proxy matters.</param>
internal sealed record EndpointItem(MeshService Service, MeshServicePort Port, string Subset, EndpointPolicy Policy, EndpointTraits Traits)
{
    /// <summary>Name of the cluster.</summary>
    public string ClusterName => ClusterNames.Outbound(Port.Number, Subset, Service.Host);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Service, Port.Number, string.GetHashCode(Subset));
}
