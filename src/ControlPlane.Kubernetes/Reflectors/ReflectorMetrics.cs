using System.Diagnostics.Metrics;

namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>How the mirrors are doing, by resource; an alarm belongs on the age: bookmarks come each minute, so that twelve are too many.</summary>
internal static class ReflectorMetrics
{
    /// <summary>Adds the instruments; they read the source when they are collected.</summary>
    public static void Create(Meter meter, KubernetesSource source, TimeProvider time)
    {
        Gauge("controlplane_kubernetes_age_seconds", s => (time.GetUtcNow() - s.LastHeard).TotalSeconds, "Seconds since the API server was last heard: an answer, an event or a bookmark.");
        Gauge("controlplane_kubernetes_objects", s => s.Objects, "Objects known.");
        Gauge("controlplane_kubernetes_synced", s => s.IsSynced ? 1 : 0, "1 where everything that existed at some moment is known.");
        Gauge("controlplane_kubernetes_stale", s => s.Error is null ? 0 : 1, "1 where the last state is served since the API server does not answer or refuses.");
        meter.CreateObservableGauge(
            "controlplane_kubernetes_stale_seconds",
            () => source.Status.Where(s => s.Error is not null).Select(s => (time.GetUtcNow() - s.LastHeard).TotalSeconds).DefaultIfEmpty().Max(),
            description: "Age of the oldest state that is served since the API server does not answer or refuses, in seconds; 0 where there is none.");
        meter.CreateObservableCounter("controlplane_kubernetes_lists", () => Read(s => s.Lists), description: "Lists asked for.");
        meter.CreateObservableCounter("controlplane_kubernetes_watches", () => Read(s => s.Watches), description: "Watches asked for.");
        meter.CreateObservableCounter("controlplane_kubernetes_receiver_faults", () => Read(s => s.ReceiverFaults), description: "Changes whose receiver threw; each is a defect.");

        void Gauge(string name, Func<ReflectorStatus, double> read, string description) =>
            meter.CreateObservableGauge(name, () => Read(read), description: description);

        IEnumerable<Measurement<double>> Read(Func<ReflectorStatus, double> read) =>
            source.Status.Where(s => s.IsServed).Select(s => new Measurement<double>(read(s), new KeyValuePair<string, object?>("resource", s.Name)));
    }
}
