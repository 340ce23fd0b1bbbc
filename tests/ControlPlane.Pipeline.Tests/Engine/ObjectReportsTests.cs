using System.Collections.Concurrent;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Statuses;
using ControlPlane.Pipeline.Engine;

namespace ControlPlane.Pipeline.Tests.Engine;

public sealed class ObjectReportsTests : IDisposable
{
    private readonly ConcurrentQueue<(string Kind, ObjectKey Key, string[] Codes)> _heard = new();
    private readonly MeshEngine _engine;

    public ObjectReportsTests()
    {
        _engine = new MeshEngine(TimeProvider.System, new Listening(_heard), static _ => []);
        _engine.MarkSynced();
    }

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task RefusedObject_IsReportedOnce_AndAgainWhenMended()
    {
        _engine.Apply([Service("a")]);
        await ApplyAsync("VirtualService", """{"hosts":["a"],"http":[{"route":[{"destination":{"host":"a"},"weight":-1}]}]}""");
        Assert.Equal(("VirtualService", new ObjectKey("shop", "o"), "CP0103"), Next());

        await ApplyAsync("VirtualService", """{"hosts":["b"],"http":[{"route":[{"destination":{"host":"a"},"weight":-1}]}]}""");
        Assert.Empty(_heard);

        await ApplyAsync("VirtualService", """{"hosts":["b"],"http":[{"route":[{"destination":{"host":"a"}}]}]}""");
        Assert.Equal(("VirtualService", new ObjectKey("shop", "o"), ""), Next());
    }

    [Theory]
    [InlineData("gateway.networking.k8s.io/UDPRoute", "{}")]
    public async Task ObjectOfAKindThatNothingReads_IsReported(string kind, string spec)
    {
        await ApplyAsync(kind, spec);

        Assert.Equal((kind, new ObjectKey("shop", "o"), "CP0105"), Next());
    }

    [Fact]
    public async Task ObjectThatGoes_IsNoLongerWrong()
    {
        await ApplyAsync("EnvoyFilter", "{}");
        Next();

        _engine.Apply([new ModelChange.Delete(Tables.Config("EnvoyFilter"), new ObjectKey("shop", "o"))]);
        await _engine.GetStatisticsAsync();

        Assert.Equal(("EnvoyFilter", new ObjectKey("shop", "o"), ""), Next());
    }

    [Fact]
    public async Task MissingHost_IsReported_AsOtherObjectsComeAndGo()
    {
        await ApplyAsync("VirtualService", """{"hosts":["a"],"http":[{"route":[{"destination":{"host":"a"}}]}]}""");
        Assert.Equal(("VirtualService", new ObjectKey("shop", "o"), "CP0121"), Next());

        _engine.Apply([Service("b")]);
        await _engine.GetStatisticsAsync();
        Assert.Empty(_heard);

        _engine.Apply([Service("a")]);
        await _engine.GetStatisticsAsync();
        Assert.Equal(("VirtualService", new ObjectKey("shop", "o"), ""), Next());

        _engine.Apply([new ModelChange.Delete(Tables.Services, new ObjectKey("shop", "a"))]);
        await _engine.GetStatisticsAsync();
        Assert.Equal(("VirtualService", new ObjectKey("shop", "o"), "CP0121"), Next());
    }

    [Fact]
    public async Task ReferencesAmongObjects_AreReported_AsTheOtherKindComesAndGoes()
    {
        _engine.Apply([Service("a")]);
        await ApplyAsync("VirtualService", """{"hosts":["a"],"gateways":["o"],"http":[{"match":[{"uri":{"prefix":"/a"}}],"route":[{"destination":{"host":"a","subset":"v1"}}]},{"delegate":{"name":"other"}}]}""");
        Assert.Equal(("VirtualService", new ObjectKey("shop", "o"), "CP0123 CP0122 CP0124"), Next());

        await ApplyAsync("Gateway", """{"selector":{"app":"gate"},"servers":[{"port":{"number":80,"name":"http","protocol":"HTTP"},"hosts":["*"]}]}""");
        Assert.Equal(["CP0122 CP0124", "CP0127"], Drain());

        await ApplyAsync("DestinationRule", """{"host":"a","subsets":[{"name":"v1","labels":{"version":"v1"}}]}""");
        Assert.Equal(["CP0124"], Drain());

        _engine.Apply([new ModelChange.Delete(Tables.Config("DestinationRule"), new ObjectKey("shop", "o"))]);
        await _engine.GetStatisticsAsync();
        Assert.Equal(["CP0122 CP0124"], Drain());
    }

    [Fact]
    public async Task BeforeEverythingIsThere_NothingIsReported()
    {
        using var engine = new MeshEngine(TimeProvider.System, new Listening(_heard), static _ => []);
        engine.Apply([Change("VirtualService", """{"hosts":["a"],"http":[{"route":[{"destination":{"host":"a"}}]}]}""")]);
        engine.Apply([Change("gateway.networking.k8s.io/UDPRoute", "{}"), Service("a")]);
        engine.MarkSynced();
        await engine.GetStatisticsAsync();

        Assert.Equal(["CP0105"], Drain());
    }

    [Fact]
    public async Task Status_IsTold_WhereItOrWhatStandsThereChanges()
    {
        const string Class = "gateway.networking.k8s.io/GatewayClass";
        var heard = new ConcurrentQueue<string>();
        using var engine = new MeshEngine(TimeProvider.System, new Telling(heard), static _ => []);
        engine.MarkSynced();
        engine.Apply([Put("istio.io/gateway-controller", ""), Change("VirtualService", """{"hosts":["a"]}"""), Service("a")]);
        await engine.GetStatisticsAsync();
        Assert.Equal(["o Accepted 7 "], heard);
        engine.Apply([Service("b")]);
        await engine.GetStatisticsAsync();
        Assert.Single(heard);
        engine.Apply([Put("istio.io/gateway-controller", """{"x":1}""")]);
        await engine.GetStatisticsAsync();
        engine.Apply([Put("example.com/other", """{"x":1}""")]);
        await engine.GetStatisticsAsync();
        Assert.Equal(["o Accepted 7 ", """o Accepted 7 {"x":1}""", "o nothing"], heard);

        static ModelChange Put(string controller, string status) => ModelChange.Upsert.Of(Tables.Config(Class), new ConfigObject
        {
            ApiVersion = "v1", Kind = "GatewayClass", Meta = new ObjectMeta { Name = "o" }, SpecJson = $$"""{"controllerName":"{{controller}}"}""", Generation = 7, StatusJson = status,
        });
    }

    private string[] Drain()
    {
        var all = _heard.ToArray();
        _heard.Clear();
        return [.. all.Select(h => string.Join(' ', h.Codes)).Order(StringComparer.Ordinal)];
    }

    private static ModelChange Service(string name) => ModelChange.Upsert.Of(Tables.Services, new Service
    {
        Meta = new ObjectMeta { Namespace = "shop", Name = name },
        ClusterIps = ["10.96.0.1"],
        Ports = [new ServicePort { Name = "http", Port = 80, TargetPort = 8080 }],
    });

    private static ModelChange Change(string kind, string spec) => ModelChange.Upsert.Of(
        Tables.Config(kind), new ConfigObject { ApiVersion = "v1", Kind = kind, Meta = new ObjectMeta { Namespace = "shop", Name = "o" }, SpecJson = spec });

    private async Task ApplyAsync(string kind, string spec)
    {
        _engine.Apply([Change(kind, spec)]);
        await _engine.GetStatisticsAsync();
    }

    private (string, ObjectKey, string) Next() =>
        _heard.TryDequeue(out var heard) ? (heard.Kind, heard.Key, string.Join(' ', heard.Codes)) : throw new InvalidOperationException("nothing was reported");

    private sealed class Telling(ConcurrentQueue<string> heard) : IEngineObserver
    {
        public bool HearsStatuses => true;

        public void OnStatus(string kind, ObjectKey key, StatusFinding? status) =>
            heard.Enqueue(status is null ? $"{key.Name} nothing" : $"{key.Name} {status.Wanted.Conditions[0].Type} {status.Wanted.Generation} {status.CurrentJson}");

        public void OnApplied(MeshSnapshot snapshot, ChangeSet changes, TimeSpan elapsed, int notified)
        {
        }

        public void OnRejected(ResourceRejectedException rejection)
        {
        }

        public void OnFault(string what, Exception exception) => heard.Enqueue($"{what}: {exception}");

        public void OnDiagnostics(string kind, ObjectKey key, IReadOnlyCollection<Diagnostic> diagnostics)
        {
        }

        public void OnDanglingReference(XdsType type, string resource, string missing)
        {
        }
    }

    private sealed class Listening(ConcurrentQueue<(string, ObjectKey, string[])> heard) : IEngineObserver
    {
        public void OnApplied(MeshSnapshot snapshot, ChangeSet changes, TimeSpan elapsed, int notified)
        {
        }

        public void OnRejected(ResourceRejectedException rejection)
        {
        }

        public void OnFault(string what, Exception exception) => heard.Enqueue((what, default, [exception.Message]));

        public void OnDiagnostics(string kind, ObjectKey key, IReadOnlyCollection<Diagnostic> diagnostics) =>
            heard.Enqueue((kind, key, [.. diagnostics.Select(d => d.Code)]));

        public void OnDanglingReference(XdsType type, string resource, string missing)
        {
        }
    }
}
