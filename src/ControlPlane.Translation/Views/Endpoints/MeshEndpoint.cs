namespace ControlPlane.Translation.Views.Endpoints;

/// <summary>One port of one address that serves a service.</summary>
public sealed record MeshEndpoint
{
    /// <summary>IP address; a host name for services that are resolved by DNS; a path where <see cref="Port"/> is 0; "" where it is only reached through its network's gateway.</summary>
    public required string Address { get; init; }

    /// <summary>Port number; 0 for a Unix domain socket.</summary>
    public required int Port { get; init; }

    /// <summary>Name of the service port that it serves.</summary>
    public string PortName { get; init; } = "";

    /// <summary>Number of the service port that it serves, 0 where only the name is known (EndpointSlices).</summary>
    public int PortNumber { get; init; }

    /// <summary>Health.</summary>
    public EndpointHealth Health { get; init; } = EndpointHealth.Healthy;

    /// <summary>Weight, at least 1.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The workload.</summary>
    public required EndpointWorkload Workload { get; init; }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(string.GetHashCode(Address), Port);
}
