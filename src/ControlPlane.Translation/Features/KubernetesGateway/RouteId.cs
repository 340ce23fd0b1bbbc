using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Names a route of the Gateway API.</summary>
/// <param name="Kind">HTTPRoute, GRPCRoute, TCPRoute or TLSRoute.</param>
/// <param name="Key">Namespace and name.</param>
internal sealed record RouteId(string Kind, ObjectKey Key);
