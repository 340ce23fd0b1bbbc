using System.Collections.Concurrent;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Engine;
using Envoy.Config.Cluster.V3;

namespace ControlPlane.Pipeline.Tests.Engine;

public sealed class MeshEngineTests : IDisposable
{
    private readonly ConcurrentQueue<ResourceRejectedException> _rejections = new();
    private readonly ConcurrentQueue<Exception> _faults = new();
    private readonly MeshEngine _engine;

    public MeshEngineTests() => _engine = new MeshEngine(TimeProvider.System, new Listening(this), Check, ToyFamilies.All);

    public void Dispose()
    {
        _engine.Dispose();
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task Connect_BeforeFirstCompleteState_WaitsForIt()
    {
        var observer = new RecordingObserver();
        using var session = _engine.Connect(Proxy("shop"), observer);
        _engine.Apply([Put("shop", "a")]);
        await Task.Delay(50);
        Assert.False(_engine.IsReady);
        Assert.False(session.FirstConfig.IsCompleted);
        Assert.Null(session.Current);

        _engine.MarkSynced();

        var config = await session.FirstConfig.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(["a"], config[XdsType.Cluster].Resources.Select(r => r.Name));
        Assert.True(_engine.IsReady);
    }

    [Fact]
    public async Task Disposed_WhatSourcesAndStreamsStillTell_IsNotHeard()
    {
        var (session, observer) = await ConnectAsync(Proxy("shop"), XdsType.Endpoint, "a");

        _engine.Dispose();
        _engine.Apply([Put("shop", "a", priority: 3)]);
        _engine.MarkSynced();
        session.SetInterest(XdsType.Endpoint, new Interest(true, NameSet.Empty));
        session.Dispose();
        _engine.Dispose();

        Assert.Empty(observer.Configs);
    }

    [Fact]
    public async Task Disposed_WhileSourcesTell_NeverThrows()
    {
        for (var round = 0; round < 200; round++)
        {
            var engine = new MeshEngine(TimeProvider.System, new Listening(this), Check, ToyFamilies.All);
            using var begun = new ManualResetEventSlim();
            var source = Task.Run(() =>
            {
                for (var i = 0; i < 200; i++)
                {
                    engine.Apply([Put("shop", "a", priority: i)]);
                    begun.Set();
                }
            });
            begun.Wait();
            engine.Dispose();
            await source;
        }
    }

    [Fact]
    public async Task Change_ThatConcernsAStream_IsTold()
    {
        var (session, observer) = await ConnectAsync(Proxy("shop"), XdsType.Endpoint, "a");

        _engine.Apply([Put("shop", "a", priority: 3)]);

        Assert.Equal(["a"], observer.Next()[XdsType.Endpoint].Resources.Select(r => r.Name));
        session.Dispose();
    }

    [Fact]
    public async Task Change_OfOtherNamespaceOrOtherName_TellsNobodyAndBuildsNothing()
    {
        var (session, observer) = await ConnectAsync(Proxy("shop"), XdsType.Endpoint, "a");
        var before = await _engine.GetStatisticsAsync();

        _engine.Apply([Put("other", "a", priority: 3)]);
        _engine.Apply([Put("shop", "b", priority: 3)]);
        _engine.Apply([Put("shop", "a")]);

        var after = await _engine.GetStatisticsAsync();
        Assert.Empty(observer.Configs);
        Assert.Equal(before.Encoded + 2, after.Encoded); // the new cluster and endpoint set of shop/b
        session.Dispose();
    }

    [Fact]
    public async Task Classes_ThatShareAnInput_EncodeItOnce()
    {
        var one = await ConnectAsync(Proxy("shop", "one"), XdsType.Endpoint, "a");
        var two = await ConnectAsync(Proxy("shop", "two", label: "x"), XdsType.Endpoint, "a");
        var before = await _engine.GetStatisticsAsync();
        Assert.Equal(2, before.Configurations);

        _engine.Apply([Put("shop", "a", priority: 5)]);

        Assert.Same(one.Observer.Next()[XdsType.Endpoint].Find("a"), two.Observer.Next()[XdsType.Endpoint].Find("a"));
        var after = await _engine.GetStatisticsAsync();
        // The cluster of the same ConfigMap is built too, but its bytes do not differ and nothing of it is told.
        Assert.Equal(before.Encoded + 2, after.Encoded);
    }

    [Fact]
    public async Task Gate_RefusesAResource_KeepsTheLastGoodAndGoesOn()
    {
        var (_, observer) = await ConnectAsync(Proxy("shop"), XdsType.Cluster, "a", wildcard: true);

        _engine.Apply([Put("shop", "a", stat: "forbidden")]);
        _engine.Apply([Put("shop", "b")]);

        EncodedConfig config;
        do
            config = observer.Next();
        while (config[XdsType.Cluster].Find("b") is null);
        Assert.Equal("", Cluster.Parser.ParseFrom(config[XdsType.Cluster].Find("a")!.Body.Span).AltStatName);
        Assert.Equal("a", Assert.Single(_rejections).ResourceName);
    }

    [Fact]
    public async Task GrpcProxy_AsksForMoreNames_GetsASetThatAnswersThem()
    {
        var (session, observer) = await ConnectAsync(Proxy("shop") with { Generator = "grpc" }, XdsType.Listener, "x");
        Assert.Equal(["x"], session.Current![XdsType.Listener].Resources.Select(r => r.Name));

        session.SetInterest(XdsType.Listener, new Interest(false, NameSet.From(["x", "y"])));

        Assert.Equal(["x", "y"], observer.Next()[XdsType.Listener].Resources.Select(r => r.Name));
        Assert.Equal(NameSet.From(["x", "y"]), session.Current[XdsType.Listener].Asked);
    }

    [Fact]
    public async Task Pod_ChangesItsLabels_MovesItsProxyToAnotherClass()
    {
        var (session, observer) = await ConnectAsync(Proxy("shop", "p1"), XdsType.Cluster, "a", wildcard: true);
        var before = await _engine.GetStatisticsAsync();

        _engine.Apply([ModelChange.Upsert.Of(Tables.Pods, new Pod { Meta = new ObjectMeta { Namespace = "shop", Name = "p1", Labels = LabelMap.From([new("app", "v2")]) } })]);

        observer.Next();
        var after = await _engine.GetStatisticsAsync();
        Assert.Equal(before.Configurations, after.Configurations);
        Assert.Equal(before.Encoded, after.Encoded);
        session.Dispose();
        Assert.Equal(before.Sessions - 1, (await _engine.GetStatisticsAsync()).Sessions);
    }

    [Fact]
    public async Task Disconnect_OfTheLastProxy_FreesWhatWasComputedForIt()
    {
        var (session, _) = await ConnectAsync(Proxy("shop"), XdsType.Cluster, "a", wildcard: true);

        session.Dispose();

        var end = await _engine.GetStatisticsAsync();
        end = await _engine.GetStatisticsAsync();
        Assert.Equal((0, 0, 0), (end.Sessions, end.Configurations, end.Values));
    }

    [Fact]
    public async Task NoOpUpdates_AHundredTimes_TellNobody()
    {
        var (_, observer) = await ConnectAsync(Proxy("shop"), XdsType.Endpoint, "a");
        for (var i = 0; i < 100; i++)
            _engine.Apply([Put("shop", "a")]);

        await _engine.GetStatisticsAsync();

        Assert.Empty(observer.Configs);
    }

    [Fact]
    public async Task Proxy_ThatMovesToAnOlderConfiguration_IsToldOfItAsTheNewest()
    {
        _engine.Apply([PodOf("p", "l")]);
        var (other, _) = await ConnectAsync(Proxy("shop", "p", "l"), XdsType.Endpoint, "a");
        _engine.Apply([Put("elsewhere", "x")]);
        _engine.Apply([PodOf("moving", "m")]);
        var observer = new RecordingObserver();
        var session = _engine.Connect(Proxy("shop", "moving", "m"), observer);
        session.SetInterest(XdsType.Endpoint, new Interest(false, NameSet.From(["a"])));
        await _engine.GetStatisticsAsync();
        Assert.Equal(2, (await _engine.GetStatisticsAsync()).Configurations);
        var before = session.Current!.Snapshot;

        _engine.Apply([PodOf("moving", "l")]);
        await _engine.GetStatisticsAsync();

        Assert.Equal(1, (await _engine.GetStatisticsAsync()).Configurations);
        Assert.True(session.Current!.Snapshot > before, $"{session.Current!.Snapshot} after {before}");
        Assert.Same(session.Current, observer.Configs.Last());
        other.Dispose();
        session.Dispose();
    }

    private static ModelChange PodOf(string name, string label) => ModelChange.Upsert.Of(Tables.Pods, new Pod
    {
        Meta = new ObjectMeta { Namespace = "shop", Name = name, Labels = LabelMap.From([new("l", label)]) },
        Ips = ["10.0.0.1"],
        Phase = "Running",
        Ready = true,
    });

    [Fact]
    public async Task X62_ChangesFromManyThreads_NeverTakeAStreamBack()
    {
        const int threads = 8;
        const int rounds = 200;
        var (session, observer) = await ConnectAsync(Proxy("shop"), XdsType.Endpoint, "a", wildcard: true);

        var writers = Enumerable.Range(0, threads).Select(t => Task.Run(() =>
        {
            for (var i = 1; i <= rounds; i++)
                _engine.Apply([Put("shop", $"r{t}", priority: i)]);
        }));
        await Task.WhenAll(writers);
        await _engine.GetStatisticsAsync();

        var told = observer.Configs.ToArray();
        Assert.NotEmpty(told);
        Assert.Equal(told.Select(c => c.Snapshot).Order(), told.Select(c => c.Snapshot));
        var versions = new HashSet<string>(StringComparer.Ordinal);
        var before = ResourceSet.Empty;
        foreach (var now in told.Select(c => c[XdsType.Endpoint]))
        {
            // Each content of a resource is new when it comes: an older one that came back would be known.
            foreach (var name in now.ChangedSince(before))
                Assert.True(versions.Add($"{name} {now.Find(name)!.Version}"));
            before = now;
        }

        Assert.Same(told[^1], session.Current);
        session.Dispose();
    }

    private async Task<(IProxySession Session, RecordingObserver Observer)> ConnectAsync(
        ProxyDescriptor proxy, XdsType type, string name, bool wildcard = false)
    {
        _engine.Apply([Put("shop", "a")]);
        _engine.MarkSynced();
        var observer = new RecordingObserver();
        var session = _engine.Connect(proxy, observer);
        session.SetInterest(type, new Interest(wildcard, NameSet.From([name])));
        await _engine.GetStatisticsAsync();
        while (observer.Configs.TryTake(out _))
        {
        }

        return (session, observer);
    }

    private static ProxyDescriptor Proxy(string ns, string pod = "p", string label = "") => new()
    {
        Id = $"sidecar~10.0.0.1~{pod}.{ns}~{ns}.svc.cluster.local",
        Namespace = ns,
        PodName = pod,
        IpAddresses = ["10.0.0.1"],
        Labels = label.Length == 0 ? LabelMap.Empty : LabelMap.From([new("l", label)]),
    };

    private static ModelChange Put(string ns, string name, int priority = 0, string stat = "") =>
        ModelChange.Upsert.Of(Tables.ConfigMaps, new ConfigMap
        {
            Meta = new ObjectMeta { Namespace = ns, Name = name },
            Data = LabelMap.From([new("priority", priority.ToString()), new("stat", stat)]),
        });

    private static IReadOnlyList<string> Check(Google.Protobuf.IMessage message) =>
        message is Cluster { AltStatName: "forbidden" } ? ["alt_stat_name: forbidden"] : [];

    private sealed class Listening(MeshEngineTests test) : IEngineObserver
    {
        public void OnApplied(MeshSnapshot snapshot, ChangeSet changes, TimeSpan elapsed, int notified)
        {
        }

        public void OnRejected(ResourceRejectedException rejection) => test._rejections.Enqueue(rejection);

        public void OnFault(string what, Exception exception) => test._faults.Enqueue(exception);

        public void OnDiagnostics(string kind, ObjectKey key, IReadOnlyCollection<Diagnostic> diagnostics)
        {
        }

        public void OnDanglingReference(XdsType type, string resource, string missing)
        {
        }
    }
}
