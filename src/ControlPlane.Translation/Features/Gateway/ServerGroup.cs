using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>The servers of all Gateways of a proxy that share a port, a protocol and an address.</summary>
/// <param name="Port">Port to listen on.</param>
/// <param name="Protocol">Protocol of the first server.</param>
/// <param name="Bind">Address or unix://path, "" for the wildcard.</param>
/// <param name="RouteName">Name of the route configuration of plain HTTP servers, else that of the first that ends HTTPS, or "".</param>
/// <param name="Servers">The servers, in order.</param>
public sealed record ServerGroup(int Port, Protocol Protocol, string Bind, string RouteName, EquatableArray<GatewayServer> Servers);
