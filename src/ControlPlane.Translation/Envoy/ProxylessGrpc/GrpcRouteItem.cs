using ControlPlane.Translation.Envoy.Routes;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>Names a route configuration of gRPC clients.</summary>
/// <param name="Scope">What decides on its virtual host.</param>
/// <param name="AttemptCount">Whether the upstream is told how often a request was tried.</param>
/// <param name="ForwardedHost">Whether the upstream is told the host that was asked for, where the client changes it.</param>
/// <param name="Host">The service.</param>
/// <param name="Port">Its port.</param>
internal sealed record GrpcRouteItem(RouteScope Scope, bool AttemptCount, bool ForwardedHost, string Host, int Port);
