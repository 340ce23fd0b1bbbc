using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>A port of a service to listen for.</summary>
/// <param name="Listener">The egress listener.</param>
/// <param name="Service">The service.</param>
/// <param name="Port">Port to listen on; 0 for a socket.</param>
/// <param name="PortName">Its name.</param>
/// <param name="Protocol">Its protocol.</param>
/// <param name="Address">First address to listen on.</param>
/// <param name="Prefixes">Networks of the service, where it has no addresses.</param>
internal sealed record ConnectionTarget(
    int Listener, MeshService Service, int Port, string PortName, Protocol Protocol, string Address, EquatableArray<string> Prefixes);
