using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ControlPlane.Xds.Diagnostics;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>Sums what one server measures.</summary>
public sealed class MetricRecorder : IDisposable
{
    private readonly ConcurrentDictionary<string, double> _sums = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public MetricRecorder(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == XdsMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, factory))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>The sum of an instrument, of one tag value if one is given.</summary>
    public double Sum(string name, string tag = "")
    {
        _listener.RecordObservableInstruments();
        return _sums.GetValueOrDefault(tag.Length == 0 ? name + "/" : name + "/=" + tag);
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // What is observed is a sum already.
        var counts = !instrument.IsObservable;
        _sums.AddOrUpdate(instrument.Name + "/", value, (_, old) => counts ? old + value : value);
        foreach (var tag in tags)
            _sums.AddOrUpdate(instrument.Name + "/=" + tag.Value, value, (_, old) => counts ? old + value : value);
    }
}
