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
    /// <summary>Whether the cluster hands TLS through: only servers that end Istio's mutual TLS may get it.</summary>
    public bool ByServerName { get; init; }

    /// <summary>Name of the cluster.</summary>
    public string ClusterName => ByServerName ? ClusterNames.ServerName(Port.Number, Subset, Service.Host) : ClusterNames.Outbound(Port.Number, Subset, Service.Host);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Service, Port.Number, string.GetHashCode(Subset), ByServerName);
}
