using System.Collections.Concurrent;
using System.Diagnostics;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Pipeline.Tracing;

namespace ControlPlane.Pipeline.Tests.Engine;

/// <summary>What a trace of a change holds, and what it costs. Spans of other tests' engines are told apart by the object that changed.</summary>
public sealed class ChangeTracingTests : IDisposable
{
    private const int Streams = 100;

    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly MeshEngine _engine = new(TimeProvider.System, NullEngineObserver.Instance, static _ => [], ToyFamilies.All);
    private readonly List<(IProxySession Session, RecordingObserver Observer)> _streams = [];

    public void Dispose()
    {
        _streams.ForEach(stream => stream.Session.Dispose());
        _engine.Dispose();
    }

    [Fact]
    public async Task OneChange_ToAHundredStreams_MakesOnePush_AndEndsWithTheLastAnswer()
    {
        using var listener = Listen();
        await ConnectAsync();

        _engine.Apply([Put("traced", 1)]);
        var configs = _streams.ConvertAll(stream => stream.Observer.Next());
        await _engine.GetStatisticsAsync();
        Assert.All(_streams, stream => Assert.True(stream.Session.AwaitsAcknowledgement));
        for (var i = 0; i < Streams - 2; i++)
            _streams[i].Session.Acknowledge(configs[i].Snapshot, refused: i == 0);
        _streams[Streams - 2].Session.Acknowledge(configs[Streams - 2].Snapshot - 1, refused: false);
        Assert.Null(Find("traced"));
        _streams[Streams - 2].Session.Acknowledge(configs[Streams - 2].Snapshot, refused: false);
        Assert.Null(Find("traced"));
        _streams[Streams - 1].Session.Dispose();
        await _engine.GetStatisticsAsync();

        var change = Find("traced")!;
        var spans = _ended.Where(span => span.TraceId == change.TraceId).ToList();
        Assert.Equal(["apply", "change", "converge", "push"], spans.Select(span => span.OperationName).Order(StringComparer.Ordinal));
        var converge = spans.Single(span => span.OperationName == "converge");
        Assert.Equal((Streams, Streams - 2, 1, 1, 0), (Tag("streams"), Tag("streams.acknowledged"), Tag("streams.refused"), Tag("streams.left"), Tag("streams.silent")));
        Assert.Equal(ActivityStatusCode.Error, converge.Status);
        Assert.All(_streams, stream => Assert.False(stream.Session.AwaitsAcknowledgement));

        int Tag(string name) => (int)converge.GetTagItem("controlplane." + name)!;
    }

    [Fact]
    public async Task LaterConfiguration_Answered_AnswersTheEarlierToo_AndSilentOldOnesAreLetGo()
    {
        using var listener = Listen();
        await ConnectAsync();
        for (var i = 1; i <= 40; i++)
        {
            _engine.Apply([Put($"traced-{i}", i)]);
            await _engine.GetStatisticsAsync();
        }

        Assert.NotNull(Find("traced-1"));
        Assert.Null(Find("traced-40"));
        foreach (var (session, _) in _streams)
            session.Acknowledge(session.Current!.Snapshot, refused: false);

        Assert.All(Enumerable.Range(1, 40), i => Assert.NotNull(Find($"traced-{i}")));
    }

    [Fact]
    public async Task Change_ThatTheSamplerDoesNotWant_AwaitsNothing()
    {
        using var listener = Listen(ActivitySamplingResult.PropagationData);
        await ConnectAsync();

        _engine.Apply([Put("unsampled", 1)]);
        _streams.ForEach(stream => stream.Observer.Next());

        Assert.All(_streams, stream => Assert.False(stream.Session.AwaitsAcknowledgement));
        Assert.Null(Find("unsampled"));
    }

    private ActivityListener Listen(ActivitySamplingResult result = ActivitySamplingResult.AllDataAndRecorded)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ChangeTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => result,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private Activity? Find(string name) => _ended.FirstOrDefault(span =>
        span.OperationName == "change" && span.GetTagItem("controlplane.objects") is string[] objects && objects.Contains($"ConfigMap shop/{name}"));

    private async Task ConnectAsync()
    {
        _engine.Apply([Put("a", 0)]);
        _engine.MarkSynced();
        for (var i = 0; i < Streams; i++)
        {
            var observer = new RecordingObserver();
            var session = _engine.Connect(new ProxyDescriptor { Id = $"p-{i}", Namespace = "shop", PodName = $"p-{i}", IpAddresses = ["10.0.0.1"] }, observer);
            session.SetInterest(XdsType.Cluster, new Interest(true, NameSet.Empty));
            _streams.Add((session, observer));
        }

        await _engine.GetStatisticsAsync();
        foreach (var (_, observer) in _streams)
        {
            while (observer.Configs.TryTake(out _))
            {
            }
        }
    }

    private static ModelChange Put(string name, int priority) => ModelChange.Upsert.Of(Tables.ConfigMaps, new ConfigMap
    {
        Meta = new ObjectMeta { Namespace = "shop", Name = name },
        Data = LabelMap.From([new("priority", priority.ToString(System.Globalization.CultureInfo.InvariantCulture)), new("stat", "")]),
    });
}
