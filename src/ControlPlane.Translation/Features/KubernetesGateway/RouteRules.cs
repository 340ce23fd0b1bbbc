using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>What the conversion of the rules of routes of all kinds has in common.</summary>
internal static class RouteRules
{
    /// <summary>What is wrong with the rules of a route, for gateways or for clients in the mesh.</summary>
    public static EquatableArray<GatewayFault> Faults(IReader reader, RouteId id, bool forMesh) => id.Kind is GatewayApi.HttpRoute or GatewayApi.GrpcRoute
        ? reader.Get(RequestRules.Of, (id, forMesh)).Faults
        : reader.Get(ConnectionRules.Of, (id, forMesh)).Faults;
}
