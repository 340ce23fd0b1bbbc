using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>Everything that a listener of a gRPC client or server is made from.</summary>
/// <param name="Name">Name of the listener.</param>
/// <param name="Addresses">Its addresses; the first is the main one.</param>
/// <param name="Port">Its port.</param>
/// <param name="RouteName">Client: the route configuration; "" for a server.</param>
/// <param name="Secured">Server: whether it takes mutual TLS only, else plaintext only: gRPC cannot take both.</param>
internal sealed record GrpcListener(string Name, EquatableArray<string> Addresses, int Port, string RouteName, bool Secured);
