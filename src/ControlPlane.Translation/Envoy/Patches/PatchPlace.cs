using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Envoy.Patches;

/// <summary>What patches may match of a resource that the resource itself does not say.</summary>
/// <param name="Inbound">Whether it is for connections to the workload.</param>
public sealed record PatchPlace(bool Inbound)
{
    /// <summary>For connections from the workload, or of a gateway.</summary>
    public static PatchPlace Outbound { get; } = new(false);

    /// <summary>For connections to the workload.</summary>
    public static PatchPlace OfInbound { get; } = new(true);

    /// <summary>Of an inbound cluster the hosts of the services of its port.</summary>
    public EquatableArray<string> Hosts { get; init; }

    /// <summary>Of a gateway's route configuration the ports of its servers, as written; empty where the port in its name is such a port itself.</summary>
    public EquatableArray<int> ServerPorts { get; init; }
}
