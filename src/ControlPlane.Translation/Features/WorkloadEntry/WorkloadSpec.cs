using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.WorkloadEntry;

/// <summary>A workload that is no Pod: a WorkloadEntry, or an endpoint that a ServiceEntry lists itself.</summary>
public sealed record WorkloadSpec
{
    /// <summary>What addresses of Unix domain sockets begin with.</summary>
    public const string UnixPrefix = "unix://";

    /// <summary>Name of the object; of a listed endpoint <c>object-index</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Namespace of the object.</summary>
    public required string Namespace { get; init; }

    /// <summary>IP address, host name or <c>unix://path</c>; "" where it is only reached through the gateway of its network.</summary>
    public string Address { get; init; } = "";

    /// <summary>Its ports by the name of the service port, sorted.</summary>
    public EquatableArray<NamedPort> Ports { get; init; }

    /// <summary>Labels of the specification, overlaid by those of the object.</summary>
    public LabelMap Labels { get; init; } = LabelMap.Empty;

    /// <summary>Network, "" where it is not given.</summary>
    public string Network { get; init; } = "";

    /// <summary>Locality, "" where neither field nor label gives one.</summary>
    public string Locality { get; init; } = "";

    /// <summary>Weight, 0 where it is not given.</summary>
    public int Weight { get; init; }

    /// <summary>Service account, "" where it is not given.</summary>
    public string ServiceAccount { get; init; } = "";

    /// <summary>Name of the workload for telemetry.</summary>
    public string WorkloadName { get; init; } = "";

    /// <summary>Whether it takes part: health checks are off, or report success.</summary>
    public bool Healthy { get; init; } = true;

    /// <summary>Whether the address is a Unix domain socket.</summary>
    public bool IsUnix => Address.StartsWith(UnixPrefix, StringComparison.Ordinal);

    /// <summary>The port of a name, 0 where there is none.</summary>
    public int PortOf(string name)
    {
        foreach (var port in Ports)
        {
            if (port.Name == name)
                return port.Number;
        }

        return 0;
    }
}
