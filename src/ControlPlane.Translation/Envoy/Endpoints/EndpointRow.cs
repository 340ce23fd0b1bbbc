using ControlPlane.Translation.Views.Endpoints;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>One host of a cluster, with no more than what is sent.</summary>
/// <param name="Address">IP address or host name; a path where <paramref name="Port"/> is 0.</param>
/// <param name="Port">Port number, 0 for a Unix domain socket.</param>
/// <param name="Health">Health.</param>
/// <param name="Weight">Weight among the hosts of its locality, null where nothing is said.</param>
/// <param name="TlsMode">By which the cluster chooses its transport socket; "" for the default one.</param>
/// <param name="Workload">The workload, of which only <see cref="EndpointWorkload.Telemetry"/> counts; null where nothing is said.</param>
internal readonly record struct EndpointRow(string Address, int Port, EndpointHealth Health, uint? Weight, string TlsMode, EndpointWorkload? Workload)
{
    /// <inheritdoc/>
    public bool Equals(EndpointRow other) =>
        Address == other.Address && Port == other.Port && Health == other.Health && Weight == other.Weight && TlsMode == other.TlsMode && HasTelemetryOf(other);

    /// <summary>Whether telemetry says the same of another, or nothing of both.</summary>
    public bool HasTelemetryOf(EndpointRow other) =>
        Workload is null ? other.Workload is null : other.Workload is not null && Workload.HasTelemetryOf(other.Workload);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(string.GetHashCode(Address), Port, Health, Weight);
}
