namespace ControlPlane.Model.Objects;

/// <summary>One entry of an EndpointSlice's ports.</summary>
/// <param name="Name">Port name; null and absent are "".</param>
/// <param name="Port">Port number; null where absent, which istiod reads as a Unix socket path in the address.</param>
/// <param name="Protocol">TCP (default), UDP or SCTP.</param>
public sealed record SlicePort(string Name, int? Port, string Protocol = "TCP");
