using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ControlPlane.Metrics;

/// <summary>All series of one instrument.</summary>
internal sealed class MetricState
{
    // Labels come from our own code, some of them from what proxies say: the number of series must not follow that without end.
    private const int MaxSeries = 2_000;

    private static readonly double[] DefaultBounds = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<LabelSet, MetricSeries> _series = new();
    private readonly string _name;
    private readonly string _help;
    private readonly MetricKind _kind;
    private readonly bool _isObserved;
    private readonly bool _keepsLast;
    private readonly double[] _bounds;

    // The series with one label that was counted last is mostly counted next.
    private Recent? _recent;

    public MetricState(Instrument instrument)
    {
        _isObserved = instrument.IsObservable;
        _keepsLast = _isObserved || instrument.GetType().GetGenericTypeDefinition() == typeof(Gauge<>);
        _kind = KindOf(instrument);
        _name = MetricNames.Of(instrument, _kind);
        _help = instrument.Description ?? "";
        _bounds = _kind == MetricKind.Histogram ? Bounds(instrument) : [];
    }

    /// <summary>Takes a measurement.</summary>
    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Find(tags) is not { } series)
            return;
        if (_kind == MetricKind.Histogram)
            series.Record(value, _bounds);
        else if (_keepsLast)
            series.Set(value);
        else
            series.Add(value);
    }

    /// <summary>Forgets what was observed before the next observation: series that it does not give again are gone.</summary>
    public void ForgetObserved()
    {
        if (_isObserved)
            _series.Clear();
    }

    public MetricFamily Read() => new(_name, _help, _kind, _bounds, [.. _series.Select(entry => entry.Value.Read(entry.Key.Labels)).OrderBy(LabelText, StringComparer.Ordinal)]);

    private MetricSeries? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var isSingle = tags.Length == 1 && !_isObserved;
        if (isSingle && Volatile.Read(ref _recent) is { } recent && ReferenceEquals(recent.Tag.Value, tags[0].Value) && recent.Tag.Key == tags[0].Key)
            return recent.Series;
        var labels = new LabelSet(tags);
        if (!_series.TryGetValue(labels, out var series))
        {
            if (_series.Count >= MaxSeries)
                return null;
            series = _series.GetOrAdd(labels, _ => new MetricSeries(_kind == MetricKind.Histogram ? _bounds.Length + 1 : 0));
        }

        if (isSingle)
            Volatile.Write(ref _recent, new Recent(tags[0], series));
        return series;
    }

    private static string LabelText(MetricSample sample) => string.Join(',', sample.Labels);

    private static MetricKind KindOf(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        if (type == typeof(Histogram<>))
            return MetricKind.Histogram;
        return type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter : MetricKind.Gauge;
    }

    private static double[] Bounds(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } given } => [.. given],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } given } => [.. given.Select(bound => (double)bound)],
        _ => DefaultBounds,
    };

    private sealed record Recent(KeyValuePair<string, object?> Tag, MetricSeries Series);
}
