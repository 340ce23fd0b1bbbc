namespace ControlPlane.Metrics;

/// <summary>One series as it is counted. Safe for concurrent use.</summary>
internal sealed class MetricSeries(int buckets)
{
    private readonly Lock _lock = new();
    private readonly long[] _buckets = new long[buckets];
    private double _value;

    public void Add(double amount)
    {
        lock (_lock)
            _value += amount;
    }

    public void Set(double value)
    {
        lock (_lock)
            _value = value;
    }

    public void Record(double value, double[] bounds)
    {
        var bucket = Array.BinarySearch(bounds, value);
        lock (_lock)
        {
            _value += value;
            _buckets[bucket < 0 ? ~bucket : bucket]++;
        }
    }

    public MetricSample Read(IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        lock (_lock)
            return new MetricSample(labels, _value, [.. _buckets]);
    }
}
