namespace ControlPlane.Metrics;

/// <summary>How a metric behaves, in Prometheus' terms.</summary>
internal enum MetricKind
{
    /// <summary>Only rises.</summary>
    Counter,

    /// <summary>Rises and falls.</summary>
    Gauge,

    /// <summary>Counts values by size.</summary>
    Histogram,
}
