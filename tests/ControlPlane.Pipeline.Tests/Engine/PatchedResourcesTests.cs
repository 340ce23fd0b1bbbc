using System.Collections.Concurrent;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Engine;
using Envoy.Config.Cluster.V3;

namespace ControlPlane.Pipeline.Tests.Engine;

/// <summary>What EnvoyFilters make of resources passes the gate like anything else.</summary>
public sealed class PatchedResourcesTests : IDisposable
{
    private const string A = "outbound|80||a.shop.svc.cluster.local", B = "outbound|80||b.shop.svc.cluster.local";

    private readonly ConcurrentQueue<ResourceRejectedException> _rejections = new();
    private readonly MeshEngine _engine;

    public PatchedResourcesTests()
    {
        _engine = new MeshEngine(TimeProvider.System, new Listening(_rejections));
        _engine.Apply([Service("a"), Service("b")]);
        _engine.MarkSynced();
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task PatchThatEnvoyWouldRefuse_KeepsTheLastGood_AndNamesItsObject_TheRestGoesOn()
    {
        using var session = _engine.Connect(
            new ProxyDescriptor { Id = "sidecar~10.9.0.1~p.shop~shop.svc.cluster.local", Namespace = "shop", PodName = "p", IpAddresses = ["10.9.0.1"], DnsDomain = "shop.svc.cluster.local" },
            new RecordingObserver());
        await PatchAsync("good", "a", """{"alt_stat_name":"good"}""");
        Assert.Equal("good", Cluster(session, A).AltStatName);

        await PatchAsync("bad", "a", """{"connect_timeout":"-1s"}""");
        await PatchAsync("bad", "a", """{"connect_timeout":"-2s"}""");
        await PatchAsync("other", "b", """{"alt_stat_name":"other"}""");
        Assert.Equal("good", Cluster(session, A).AltStatName);
        Assert.Equal("other", Cluster(session, B).AltStatName);
        var rejection = _rejections.First();
        Assert.Equal(A, rejection.ResourceName);
        Assert.Contains("shop/bad", rejection.Message, StringComparison.Ordinal);
        Assert.Contains("connect_timeout", rejection.Message, StringComparison.Ordinal);

        await PatchAsync("bad", "a", """{"connect_timeout":"3s"}""");
        Assert.Equal(3, Cluster(session, A).ConnectTimeout.Seconds);
    }

    [Fact]
    public async Task AddedResourceThatEnvoyWouldRefuse_IsNotSent_ItsLastGoodStays()
    {
        using var session = _engine.Connect(
            new ProxyDescriptor { Id = "sidecar~10.9.0.1~p.shop~shop.svc.cluster.local", Namespace = "shop", PodName = "p", IpAddresses = ["10.9.0.1"], DnsDomain = "shop.svc.cluster.local" },
            new RecordingObserver());
        await AddAsync("-1s");
        Assert.Null(session.Current![XdsType.Cluster].Find("own"));
        Assert.NotNull(session.Current![XdsType.Cluster].Find(A));
        await AddAsync("2s");
        await AddAsync("-3s");
        Assert.Equal(2, Cluster(session, "own").ConnectTimeout.Seconds);
    }

    private static Cluster Cluster(IProxySession session, string name) => Envoy.Config.Cluster.V3.Cluster.Parser.ParseFrom(session.Current![XdsType.Cluster].Find(name)!.Body.Span);

    private Task PatchAsync(string name, string service, string value) => PutAsync(name, $$"""
        {"applyTo":"CLUSTER","match":{"cluster":{"service":"{{service}}.shop.svc.cluster.local"} },"patch":{"operation":"MERGE","value":{{value}} } }
        """);

    private Task AddAsync(string timeout) => PutAsync("add", $$"""{"applyTo":"CLUSTER","patch":{"operation":"ADD","value":{"name":"own","type":"STATIC","connect_timeout":"{{timeout}}"} } }""");

    private async Task PutAsync(string name, string patch)
    {
        _engine.Apply([ModelChange.Upsert.Of(Tables.Config("EnvoyFilter"), new ConfigObject
        {
            ApiVersion = "networking.istio.io/v1alpha3", Kind = "EnvoyFilter", Meta = new ObjectMeta { Namespace = "shop", Name = name }, SpecJson = $$"""{"configPatches":[{{patch}}]}""",
        })]);
        await _engine.GetStatisticsAsync();
    }

    private static ModelChange Service(string name) => ModelChange.Upsert.Of(Tables.Services, new Service
    {
        Meta = new ObjectMeta { Namespace = "shop", Name = name },
        ClusterIps = ["10.96.0.1"],
        Ports = [new ServicePort { Name = "http", Port = 80, TargetPort = 8080 }],
    });

    private sealed class Listening(ConcurrentQueue<ResourceRejectedException> rejections) : IEngineObserver
    {
        public void OnApplied(MeshSnapshot snapshot, ChangeSet changes, TimeSpan elapsed, int notified)
        {
        }

        public void OnRejected(ResourceRejectedException rejection) => rejections.Enqueue(rejection);

        public void OnFault(string what, Exception exception) => throw new InvalidOperationException(what, exception);

        public void OnDiagnostics(string kind, ObjectKey key, IReadOnlyCollection<Diagnostic> diagnostics)
        {
        }

        public void OnDanglingReference(XdsType type, string resource, string missing)
        {
        }
    }
}
