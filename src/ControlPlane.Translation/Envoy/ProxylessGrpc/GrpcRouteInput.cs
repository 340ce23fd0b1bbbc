using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Routes;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>Everything that a route configuration of gRPC clients is made from.</summary>
/// <param name="Name">Its name, that of the cluster.</param>
/// <param name="Hosts">Its virtual host; none for a port without HTTP.</param>
/// <param name="AttemptCount">Whether the upstream is told how often a request was tried.</param>
/// <param name="Retries">Retries of routes without their own, null for Istio's.</param>
internal sealed record GrpcRouteInput(string Name, EquatableArray<VirtualHostInput> Hosts, bool AttemptCount, Frozen<HTTPRetry>? Retries);
