using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>The family of Endpoint resources.</summary>
public static class EndpointFamily
{
    /// <summary>The only instance.</summary>
    public static ResourceFamily Instance { get; } =
        new ResourceFamily<EndpointItem, EndpointInput>(XdsType.Endpoint, EndpointMembers.Compute, EndpointInputs.Compute, EndpointBuilder.Build);
}
