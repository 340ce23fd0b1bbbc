namespace ControlPlane.Translation.Features.Ingress;

/// <summary>A path of an Ingress rule and the service behind it.</summary>
/// <param name="Path">The path.</param>
/// <param name="Type">Exact, Prefix, or anything else for what the implementation makes of it.</param>
/// <param name="Service">Name of the service, in the namespace of the Ingress.</param>
/// <param name="Port">Its port, 0 where it is named.</param>
/// <param name="PortName">Name of the port, "" where it is a number.</param>
public sealed record IngressPath(string Path, string Type, string Service, int Port, string PortName);
