using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.Sidecar;

/// <summary>An entry of a Sidecar's ingress: a port of the workload, whatever services say.</summary>
/// <param name="Port">Its port.</param>
/// <param name="Name">Name of the port.</param>
/// <param name="Protocol">Its protocol.</param>
/// <param name="Bind">Address, "" for the pod's own.</param>
/// <param name="CaptureMode">Whether interception brings the connections.</param>
/// <param name="DefaultEndpoint">Where the application listens: address:port or unix://path; "" for where the connection went.</param>
/// <param name="ConnectionPool">Limits of connections to the application, null where none are given.</param>
public sealed record SidecarIngress(
    int Port, string Name, Protocol Protocol, string Bind, CaptureMode CaptureMode, string DefaultEndpoint, Frozen<ConnectionPoolSettings>? ConnectionPool);
