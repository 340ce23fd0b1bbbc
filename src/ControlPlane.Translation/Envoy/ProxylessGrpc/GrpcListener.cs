using ControlPlane.Model.Collections;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>Everything that a listener of a gRPC client or server is made from.</summary>
/// <param name="Name">Name of the listener.</param>
/// <param name="Addresses">Its addresses; the first is the main one.</param>
/// <param name="Port">Its port.</param>
/// <param name="RouteName">Client: the route configuration; "" for a server.</param>
/// <param name="Secured">Server: whether it takes mutual TLS only, else plaintext only: gRPC cannot take both.</param>
/// <param name="Authorization">Server: the filters that decide who may call.</param>
internal sealed record GrpcListener(
    string Name, EquatableArray<string> Addresses, int Port, string RouteName, bool Secured, EquatableArray<Frozen<HttpFilter>> Authorization);
