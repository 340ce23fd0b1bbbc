namespace ControlPlane.Translation.Features.PeerAuthentication;

/// <summary>The mode of one port.</summary>
/// <param name="Port">Port of the workload (target port, not service port).</param>
/// <param name="Mode">Its mode.</param>
public readonly record struct PortMode(int Port, MutualTlsMode Mode);
