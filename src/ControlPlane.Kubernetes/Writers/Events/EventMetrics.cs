using System.Diagnostics.Metrics;

namespace ControlPlane.Kubernetes.Writers.Events;

/// <summary>What became of events.</summary>
internal static class EventMetrics
{
    /// <summary>Adds the instrument; it reads the writer when it is collected.</summary>
    public static void Create(Meter meter, EventWriter writer) => meter.CreateObservableCounter(
        "controlplane_kubernetes_events",
        () => new Measurement<long>[] { Of("created", writer.Created), Of("repeated", writer.Repeated), Of("dropped", writer.Dropped), Of("failed", writer.Failed) },
        description: "Events written on objects, raised in count, dropped because there were too many, given up since the API server refused them.");

    private static Measurement<long> Of(string outcome, long value) => new(value, new KeyValuePair<string, object?>("outcome", outcome));
}
