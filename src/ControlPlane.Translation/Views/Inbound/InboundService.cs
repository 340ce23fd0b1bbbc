using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Inbound;

/// <summary>A port of a service that leads to a port of the workload.</summary>
/// <param name="Host">Host of the service.</param>
/// <param name="Name">Name of its object (of a ServiceEntry: the host).</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Number">Service port.</param>
/// <param name="PortName">Name of the service port, "" where it has none.</param>
/// <param name="Protocol">Protocol of the service port.</param>
/// <param name="IsKubernetes">Whether it is a Kubernetes Service.</param>
public sealed record InboundService(string Host, string Name, string Namespace, int Number, string PortName, Protocol Protocol, bool IsKubernetes = true);
