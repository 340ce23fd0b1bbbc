using System.Diagnostics.Metrics;
using ControlPlane.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.FeatureTests.Metrics;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MetricCollector _collector;
    private readonly Meter _meter;

    public PrometheusTextTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _collector = new MetricCollector(factory);
        _meter = factory.Create("ControlPlane.Test");
    }

    public void Dispose()
    {
        _collector.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Counter_KeepsItsNameAndSumsPerLabels()
    {
        var counter = _meter.CreateCounter<long>("pilot_xds_pushes", description: "Sent.");
        counter.Add(2, new KeyValuePair<string, object?>("type", "cds"));
        counter.Add(1, new KeyValuePair<string, object?>("type", "eds"));
        counter.Add(3, new KeyValuePair<string, object?>("type", "cds"));

        Assert.Equal("# HELP pilot_xds_pushes Sent.\n# TYPE pilot_xds_pushes counter\npilot_xds_pushes{type=\"cds\"} 5\npilot_xds_pushes{type=\"eds\"} 1\n", Text());
    }

    [Fact]
    public void LabelsInAnotherOrder_AreTheSameSeries()
    {
        var counter = _meter.CreateCounter<int>("c");
        counter.Add(1, new("a", "1"), new KeyValuePair<string, object?>("b", "2"));
        counter.Add(1, new("b", "2"), new KeyValuePair<string, object?>("a", "1"));

        Assert.EndsWith("c{a=\"1\",b=\"2\"} 2\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Gauge_FallsAsWellAsRises()
    {
        var streams = _meter.CreateUpDownCounter<long>("pilot_xds");
        streams.Add(3);
        streams.Add(-1);
        var last = _meter.CreateGauge<double>("z");
        last.Record(5);
        last.Record(1.5);

        Assert.Equal("# TYPE pilot_xds gauge\npilot_xds 2\n# TYPE z gauge\nz 1.5\n", Text());
    }

    [Fact]
    public void Histogram_CumulatesItsBuckets()
    {
        var times = _meter.CreateHistogram("t", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.1, 1] });
        times.Record(.05);
        times.Record(.1);
        times.Record(.5);
        times.Record(7);

        Assert.Equal("# TYPE t histogram\nt_bucket{le=\"0.1\"} 2\nt_bucket{le=\"1\"} 3\nt_bucket{le=\"+Inf\"} 4\nt_sum 7.65\nt_count 4\n", Text());
    }

    [Fact]
    public void ObservedSeries_ThatIsNoLongerObserved_IsGone()
    {
        string seen = "a";
        _meter.CreateObservableGauge("g", () => new Measurement<int>(1, new KeyValuePair<string, object?>("of", seen)));
        Assert.Contains("g{of=\"a\"} 1", Text(), StringComparison.Ordinal);
        seen = "b";

        Assert.Equal("# TYPE g gauge\ng{of=\"b\"} 1\n", Text());
    }

    [Fact]
    public void LabelValues_AreEscaped()
    {
        _meter.CreateCounter<long>("c").Add(1, new KeyValuePair<string, object?>("v", "a\"b\\c\nd"));

        Assert.EndsWith("c{v=\"a\\\"b\\\\c\\nd\"} 1\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void SeriesWithoutEnd_AreBounded()
    {
        var counter = _meter.CreateCounter<long>("c");
        for (int i = 0; i < 3_000; i++)
            counter.Add(1, new KeyValuePair<string, object?>("i", i));

        Assert.Equal(2_000, Text().Split('\n').Count(line => line.StartsWith("c{", StringComparison.Ordinal)));
    }

    [Fact]
    public void MetersOfOtherServers_AreNotCounted()
    {
        using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        other.GetRequiredService<IMeterFactory>().Create("ControlPlane.Test").CreateCounter<long>("c").Add(1);

        Assert.Equal("", Text());
    }

    private string Text() => PrometheusText.Write(_collector.Collect().Where(family => !family.Name.StartsWith("dotnet_", StringComparison.Ordinal)));
}
