namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>The side of a connection that a listener reports on, and the workload mode that users choose it by.</summary>
public enum TelemetrySide
{
    /// <summary>Outbound of a sidecar (CLIENT).</summary>
    Outbound,

    /// <summary>Inbound of a sidecar (SERVER).</summary>
    Inbound,

    /// <summary>A gateway (CLIENT).</summary>
    Gateway,
}
