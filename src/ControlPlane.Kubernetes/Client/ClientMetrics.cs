using System.Diagnostics.Metrics;
using System.Globalization;

namespace ControlPlane.Kubernetes.Client;

/// <summary>Counts the requests of all clients of one process by verb, resource and code (0 where no answer came).</summary>
internal sealed class ClientMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ControlPlane.Kubernetes";

    private readonly Histogram<double> _seconds;

    public ClientMetrics(Meter meter) => _seconds = meter.CreateHistogram(
        "controlplane_kubernetes_request_seconds", "s", "Time to the first byte of the API server's answer, by verb, resource and code; code 0 where none came.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.001, .005, .025, .1, .5, 1, 5, 15, 60] });

    /// <summary>Counts a request.</summary>
    public void Count(RequestName name, int code, TimeSpan elapsed) => _seconds.Record(
        elapsed.TotalSeconds, new("verb", name.Verb), new("resource", name.Resource), new KeyValuePair<string, object?>("code", code.ToString(CultureInfo.InvariantCulture)));
}
