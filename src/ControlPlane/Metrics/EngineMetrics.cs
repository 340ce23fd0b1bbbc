using System.Diagnostics.Metrics;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Engine;

namespace ControlPlane.Metrics;

/// <summary>What the engine counts. Names are Istio's where the meaning is the same.</summary>
internal sealed class EngineMetrics
{
    private const string MeterName = "ControlPlane.Engine";

    private static readonly Dictionary<string, string> RegistryKinds = new(StringComparer.Ordinal)
    {
        ["Service"] = "Services", ["EndpointSlice"] = "EndpointSlice", ["Pod"] = "Pods", ["Node"] = "Nodes", ["Namespace"] = "Namespaces",
    };

    /// <summary>Istio's names of what may cause a push (pilot/pkg/model TriggerReason); what is not here is config.</summary>
    private static readonly Dictionary<string, string> Triggers = new(StringComparer.Ordinal)
    {
        ["Service"] = "service", ["EndpointSlice"] = "endpoint", ["Pod"] = "proxy", ["Node"] = "proxy", ["ServiceAccount"] = "proxy", ["Namespace"] = "namespace",
        ["Secret"] = "secret", ["MeshConfig"] = "global", ["MeshNetworks"] = "networks",
    };

    private readonly Counter<long> _registryEvents;
    private readonly Counter<long> _configEvents;
    private readonly Counter<long> _triggers;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _faults;
    private readonly Histogram<double> _apply;
    private EngineStatistics? _statistics;
    private int _services;

    public EngineMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _registryEvents = meter.CreateCounter<long>("pilot_k8s_reg_events", description: "Changes of Services, EndpointSlices, Pods and their like, by kind and event.");
        _configEvents = meter.CreateCounter<long>("pilot_k8s_cfg_events", description: "Changes of configuration objects, by kind and event.");
        _triggers = meter.CreateCounter<long>("pilot_push_triggers", description: "Rounds of changes that led to new configuration, by what changed.");
        _rejected = meter.CreateCounter<long>("controlplane_rejected_resources", description: "Resources that were not sent since every Envoy would refuse them, by type.");
        _faults = meter.CreateCounter<long>("controlplane_engine_faults", description: "Computations that failed; each is a defect.");
        _apply = meter.CreateHistogram(
            "controlplane_apply_seconds", "s", "From taking up changes to the last stream told.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5] });
        meter.CreateObservableGauge("pilot_services", () => Volatile.Read(ref _services), description: "Services known.");
        Gauge(meter, "controlplane_snapshot", s => s.Snapshot, "Number of the newest snapshot.");
        Gauge(meter, "controlplane_configurations", s => s.Configurations, "Distinct configurations held.");
        Gauge(meter, "controlplane_derived_values", s => s.Values, "Derived values held.");
        meter.CreateObservableCounter("controlplane_resources_encoded", () => _statistics?.Encoded ?? 0, description: "Resources encoded.");
        meter.CreateObservableCounter("controlplane_derivation_runs", Runs, description: "Runs of each derivation.");
    }

    /// <summary>Counts a round of the engine.</summary>
    public void OnApplied(ChangeSet changes, TimeSpan elapsed)
    {
        _apply.Record(elapsed.TotalSeconds);
        foreach (var trigger in changes.Entries.Select(change => Triggers.GetValueOrDefault(change.Table.Kind, "config")).Distinct())
            _triggers.Add(1, new KeyValuePair<string, object?>("type", trigger));
        foreach (var change in changes.Entries)
        {
            var what = new KeyValuePair<string, object?>("event", change.Old is null ? "add" : change.New is null ? "delete" : "update");
            if (RegistryKinds.TryGetValue(change.Table.Kind, out var kind))
                _registryEvents.Add(1, new("type", kind), what);
            else
                _configEvents.Add(1, new("type", change.Table.Kind), what);
        }
    }

    /// <summary>Counts a resource that the gate refused.</summary>
    public void OnRejected(XdsType type) => _rejected.Add(1, new KeyValuePair<string, object?>("type", type.ShortName().ToLowerInvariant()));

    /// <summary>Counts a computation that failed.</summary>
    public void OnFault() => _faults.Add(1);

    /// <summary>Takes what the engine says of itself, before a collection.</summary>
    public void Update(EngineStatistics statistics, MeshSnapshot snapshot)
    {
        _statistics = statistics;
        Volatile.Write(ref _services, snapshot.Table(Tables.Services).Count);
    }

    private void Gauge(Meter meter, string name, Func<EngineStatistics, long> read, string description) =>
        meter.CreateObservableGauge(name, () => _statistics is { } statistics ? read(statistics) : 0, description: description);

    private IEnumerable<Measurement<long>> Runs() =>
        (_statistics?.Runs ?? new Dictionary<string, long>()).Select(run => new Measurement<long>(run.Value, new KeyValuePair<string, object?>("derivation", run.Key)));
}
