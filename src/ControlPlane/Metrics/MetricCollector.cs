using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ControlPlane.Metrics;

/// <summary>
/// Gathers the measurements of this server's instruments and of the .NET runtime. It is the only place that knows where numbers come
/// from; what writes them sees families.
/// </summary>
internal sealed class MetricCollector : IDisposable
{
    private const string OurMeters = "ControlPlane";
    private const string RuntimeMeter = "System.Runtime";

    private readonly ConcurrentDictionary<Instrument, MetricState> _states = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _collecting = new();
    private readonly object? _scope;

    /// <summary>Begins to gather.</summary>
    /// <param name="factory">The factory of this server's meters: those of another server in the process are not counted.</param>
    public MetricCollector(IMeterFactory factory)
    {
        // A factory marks its meters with itself as scope.
        _scope = factory;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsWanted(instrument.Meter))
                listener.EnableMeasurementEvents(instrument, _states.GetOrAdd(instrument, static made => new MetricState(made)));
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Measure(value, tags, state));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Measure(value, tags, state));
        _listener.Start();
    }

    /// <summary>All families that have series, by name.</summary>
    public IReadOnlyList<MetricFamily> Collect()
    {
        lock (_collecting)
        {
            foreach (var state in _states.Values)
                state.ForgetObserved();
            _listener.RecordObservableInstruments();
            return [.. _states.Values.Select(state => state.Read()).Where(family => family.Samples.Count > 0).OrderBy(family => family.Name, StringComparer.Ordinal)];
        }
    }

    public void Dispose() => _listener.Dispose();

    private bool IsWanted(Meter meter) =>
        meter.Name == RuntimeMeter || (meter.Name.StartsWith(OurMeters, StringComparison.Ordinal) && (meter.Scope is null || ReferenceEquals(meter.Scope, _scope)));

    private static void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) => ((MetricState)state!).Measure(value, tags);
}
