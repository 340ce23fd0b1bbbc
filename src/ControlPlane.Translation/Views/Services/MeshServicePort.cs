namespace ControlPlane.Translation.Views.Services;

/// <summary>A port of a service of the mesh.</summary>
public sealed record MeshServicePort
{
    /// <summary>Port name, "" where it has none. Meets the ports of slices by name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Service port.</summary>
    public required int Number { get; init; }

    /// <summary>Application protocol.</summary>
    public required Protocol Protocol { get; init; }

    /// <summary>
    /// Target port number, 0 where it is named. Where the user gave none it is equal to <see cref="Number"/> for a Kubernetes Service, 0
    /// for a ServiceEntry.
    /// </summary>
    public int TargetPort { get; init; }

    /// <summary>Target port name, "" where it is a number.</summary>
    public string TargetPortName { get; init; } = "";

    /// <summary>Transport protocol as declared: TCP, UDP or SCTP.</summary>
    public string Transport { get; init; } = "TCP";

    /// <summary>nodePort, 0 where there is none.</summary>
    public int NodePort { get; init; }
}
