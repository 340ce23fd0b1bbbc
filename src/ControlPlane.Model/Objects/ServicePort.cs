namespace ControlPlane.Model.Objects;

/// <summary>One entry of a Kubernetes Service's spec.ports.</summary>
public sealed record ServicePort
{
    /// <summary>Port name, "" where it has none.</summary>
    public string Name { get; init; } = "";

    /// <summary>Service port, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>Transport protocol as written: TCP (default), UDP or SCTP.</summary>
    public string Protocol { get; init; } = "TCP";

    /// <summary>appProtocol, null where absent; "" is a value of its own (istiod then ignores the port name).</summary>
    public string? AppProtocol { get; init; }

    /// <summary>Target port number; 0 where it is named or absent (absent means <see cref="Port"/>).</summary>
    public int TargetPort { get; init; }

    /// <summary>Target port name, "" where it is a number.</summary>
    public string TargetPortName { get; init; } = "";

    /// <summary>nodePort, 0 where there is none.</summary>
    public int NodePort { get; init; }
}
