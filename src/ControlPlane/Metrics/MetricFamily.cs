namespace ControlPlane.Metrics;

/// <summary>All series of one metric at one moment.</summary>
/// <param name="Name">Its name as Prometheus has it.</param>
/// <param name="Help">What it counts.</param>
/// <param name="Kind">How it behaves.</param>
/// <param name="Bounds">Of a histogram the upper bounds of its buckets; else empty.</param>
/// <param name="Samples">The series.</param>
internal sealed record MetricFamily(string Name, string Help, MetricKind Kind, IReadOnlyList<double> Bounds, IReadOnlyList<MetricSample> Samples);
