using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Objects;

/// <summary>A Kubernetes Pod, cut down to the fields that the mesh reads.</summary>
public sealed record Pod : MeshObject
{
    /// <summary>metadata.uid, which tells it from others that had its name; "" where absent.</summary>
    public string Uid { get; init; } = "";

    /// <summary>status.podIPs, or podIP alone.</summary>
    public EquatableArray<string> Ips { get; init; }

    /// <summary>spec.nodeName, "" where it is not scheduled.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>spec.serviceAccountName; "default" where absent, as the API server sets it.</summary>
    public string ServiceAccount { get; init; } = "default";

    /// <summary>spec.hostname, "" where absent.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>spec.subdomain, "" where absent.</summary>
    public string Subdomain { get; init; } = "";

    /// <summary>status.phase: Pending, Running, Succeeded, Failed or Unknown; "" where absent.</summary>
    public string Phase { get; init; } = "";

    /// <summary>Whether the Ready condition is True.</summary>
    public bool Ready { get; init; }

    /// <summary>Whether deletionTimestamp is set.</summary>
    public bool Deleting { get; init; }

    /// <summary>spec.hostNetwork.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>metadata.generateName, "" where absent.</summary>
    public string GenerateName { get; init; } = "";

    /// <summary>Kind of the controlling owner reference (ReplicaSet, Job, ...), "" where there is none.</summary>
    public string OwnerKind { get; init; } = "";

    /// <summary>Name of the controlling owner reference, "" where there is none.</summary>
    public string OwnerName { get; init; } = "";

    /// <summary>Ports of all containers, init containers that stay (restartPolicy Always) included, in order.</summary>
    public EquatableArray<ContainerPort> Ports { get; init; }
}
