namespace ControlPlane.Metrics;

/// <summary>One series at one moment.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Value">Its value; of a histogram the sum.</param>
/// <param name="Buckets">Of a histogram the number of values in each bucket, not cumulated, the last without bound; else empty.</param>
internal sealed record MetricSample(IReadOnlyList<KeyValuePair<string, string>> Labels, double Value, IReadOnlyList<long> Buckets);
