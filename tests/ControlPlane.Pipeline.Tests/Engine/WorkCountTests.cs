using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Pipeline.Engine;

namespace ControlPlane.Pipeline.Tests.Engine;

/// <summary>Counts what a change costs with 1,000 services of 10 endpoints and 1,000 connected proxies in 10 classes.</summary>
public sealed class WorkCountTests : IAsyncLifetime, IDisposable
{
    private const int Services = 1000;
    private const int Endpoints = 10;
    private const int Proxies = 1000;
    private const int Classes = 10;

    private readonly MeshEngine _engine = new(TimeProvider.System, NullEngineObserver.Instance, static _ => []);
    private readonly CountingStream[] _streams = [.. Enumerable.Range(0, Proxies).Select(_ => new CountingStream())];
    private EngineStatistics _before = null!;

    public void Dispose() => _engine.Dispose();

    public async Task InitializeAsync()
    {
        _engine.Apply([.. Enumerable.Range(0, Services).SelectMany(ObjectsOf), .. Enumerable.Range(0, Proxies).Select(PodOfProxy)]);
        _engine.MarkSynced();
        for (var i = 0; i < Proxies; i++)
        {
            var session = _engine.Connect(ProxyOf(i), _streams[i]);
            session.SetInterest(XdsType.Cluster, new Interest(true, NameSet.Empty));
            session.SetInterest(XdsType.Listener, new Interest(true, NameSet.Empty));
            session.SetInterest(XdsType.Route, new Interest(false, NameSet.From(["80"])));
            // A quarter of the proxies never asked for the endpoints of service 0.
            session.SetInterest(XdsType.Endpoint, new Interest(false, NameSet.From(Enumerable.Range(i % 4 == 3 ? 1 : 0, 20).Select(EndpointsOf))));
        }

        await SettleAsync();
        Assert.Equal((Proxies, Classes), (_before.Sessions, _before.Configurations));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task EndpointChange_EncodesOneResource_AndTellsItsSubscribersOnly()
    {
        _engine.Apply([Slice(0, Endpoints - 1)]);

        var after = await _engine.GetStatisticsAsync();
        Assert.Equal(1, after.Encoded - _before.Encoded);
        Assert.Equal(1, after.Runs["Endpoint.Encode"] - _before.Runs["Endpoint.Encode"]);
        Assert.All(_streams.Index(), s => Assert.Equal(s.Index % 4 == 3 ? 0 : 1, s.Item.Told));
        Assert.All(["Cluster.Encode", "Listener.Encode", "Route.Encode"], name => Assert.Equal(_before.Runs[name], after.Runs[name]));
    }

    [Fact]
    public async Task AnnotationChange_EncodesNothing_AndTellsNobody()
    {
        _engine.Apply([Service(0, KeyValuePair.Create("note", "changed"))]);

        var after = await _engine.GetStatisticsAsync();
        Assert.Equal(0, after.Encoded - _before.Encoded);
        Assert.All(_streams, s => Assert.Equal(0, s.Told));
    }

    [Fact]
    public async Task VirtualServiceEdit_EncodesTheRoutesOfEachClassOnce_AndNothingElse()
    {
        _engine.Apply([VirtualService("1s")]);
        await SettleAsync();

        _engine.Apply([VirtualService("2s")]);

        var after = await _engine.GetStatisticsAsync();
        Assert.InRange(after.Encoded - _before.Encoded, 1, Classes);
        Assert.Equal(after.Encoded - _before.Encoded, after.Runs["Route.Encode"] - _before.Runs["Route.Encode"]);
        // Of a thousand virtual hosts the one that the rule is about: as its own namespace knows it, and as all others do.
        Assert.Equal(2, after.EncodedParts - _before.EncodedParts);
        Assert.All(["Cluster.Encode", "Listener.Encode", "Endpoint.Encode"], name => Assert.Equal(_before.Runs[name], after.Runs[name]));
        Assert.All(_streams, s => Assert.Equal(1, s.Told));
    }

    [Fact]
    public async Task DestinationRuleEdit_EncodesItsClusterOnce_AndNothingElse()
    {
        _engine.Apply([DestinationRule(5, "*")]);
        await SettleAsync();

        _engine.Apply([DestinationRule(6, "*")]);

        var after = await _engine.GetStatisticsAsync();
        Assert.Equal(1, after.Encoded - _before.Encoded);
        Assert.Equal(1, after.Runs["Cluster.Encode"] - _before.Runs["Cluster.Encode"]);
        Assert.All(["Route.Encode", "Listener.Encode", "Endpoint.Encode"], name => Assert.Equal(_before.Runs[name], after.Runs[name]));
        Assert.All(_streams, s => Assert.Equal(1, s.Told));
    }

    [Fact]
    public async Task DestinationRuleEdit_ForItsOwnNamespace_TellsNoOther()
    {
        _engine.Apply([DestinationRule(5, ".")]);
        await SettleAsync();

        _engine.Apply([DestinationRule(6, ".")]);

        var after = await _engine.GetStatisticsAsync();
        Assert.Equal(1, after.Encoded - _before.Encoded);
        Assert.All(_streams.Index(), s => Assert.Equal(s.Index % Classes == 0 ? 1 : 0, s.Item.Told));
    }

    [Fact]
    public async Task ChangesInANamespace_ThatSidecarScopesHide_CostTheOthersNothing()
    {
        _engine.Apply([.. Enumerable.Range(1, Classes - 1).Select(OwnScope), VirtualService("1s"), DestinationRule(5, "*")]);
        await SettleAsync();

        _engine.Apply([VirtualService("2s"), DestinationRule(6, "*"), Slice(0, Endpoints - 1)]);

        var after = await _engine.GetStatisticsAsync();
        // The routes, the cluster and the endpoints of the one class that sees the namespace.
        Assert.Equal(3, after.Encoded - _before.Encoded);
        Assert.All(["Route.Encode", "Cluster.Encode", "Endpoint.Encode"], name => Assert.Equal(1, after.Runs[name] - _before.Runs[name]));
        Assert.All(_streams.Index(), s => Assert.Equal(s.Index % Classes == 0 ? 1 : 0, s.Item.Told));
    }

    private async Task SettleAsync()
    {
        _before = await _engine.GetStatisticsAsync();
        foreach (var stream in _streams)
            stream.Told = 0;
    }

    private static string Ns(int index) => $"ns-{index % Classes}";

    private static string EndpointsOf(int service) => $"outbound|80||svc-{service}.{Ns(service)}.svc.cluster.local";

    private static IEnumerable<ModelChange> ObjectsOf(int service) =>
        Enumerable.Range(0, Endpoints).Select(i => Pod(Ns(service), $"svc-{service}-{i}", $"svc-{service}", Ip(service, i)))
            .Append(Service(service))
            .Append(Slice(service, Endpoints));

    private static ModelChange Service(int service, params KeyValuePair<string, string>[] annotations) => ModelChange.Upsert.Of(Tables.Services, new Service
    {
        Meta = new ObjectMeta { Namespace = Ns(service), Name = $"svc-{service}", Annotations = LabelMap.From(annotations) },
        ClusterIps = [$"10.96.{service / 250}.{(service % 250) + 1}"],
        Selector = LabelMap.From([new("app", $"svc-{service}")]),
        Ports = [new ServicePort { Name = "http", Port = 80, TargetPort = 8080 }],
    });

    private static ModelChange Slice(int service, int endpoints) => ModelChange.Upsert.Of(Tables.EndpointSlices, new EndpointSlice
    {
        Meta = new ObjectMeta { Namespace = Ns(service), Name = $"svc-{service}-1" },
        ServiceName = $"svc-{service}",
        Ports = [new SlicePort("http", 8080)],
        Endpoints = Enumerable.Range(0, endpoints).Select(i => new SliceEndpoint
        {
            Addresses = [Ip(service, i)],
            Ready = true,
            Serving = true,
            Pod = new ObjectKey(Ns(service), $"svc-{service}-{i}"),
        }).ToEquatableArray(),
    });

    private static ModelChange VirtualService(string timeout) => ModelChange.Upsert.Of(Tables.Config("VirtualService"), new ConfigObject
    {
        ApiVersion = "networking.istio.io/v1",
        Kind = "VirtualService",
        Meta = new ObjectMeta { Namespace = Ns(0), Name = "rules" },
        SpecJson = $$"""{"hosts":["svc-0"],"http":[{"timeout":"{{timeout}}","route":[{"destination":{"host":"svc-0"} }]}]}""",
    });

    private static ModelChange DestinationRule(int connections, string exportTo) => ModelChange.Upsert.Of(Tables.Config("DestinationRule"), new ConfigObject
    {
        ApiVersion = "networking.istio.io/v1",
        Kind = "DestinationRule",
        Meta = new ObjectMeta { Namespace = Ns(0), Name = "limits" },
        SpecJson = $$$"""{"host":"svc-0","exportTo":["{{{exportTo}}}"],"trafficPolicy":{"connectionPool":{"tcp":{"maxConnections":{{{connections}}} } } } }""",
    });

    /// <summary>A Sidecar by which the proxies of a namespace see no other.</summary>
    private static ModelChange OwnScope(int index) => ModelChange.Upsert.Of(Tables.Config("Sidecar"), new ConfigObject
    {
        ApiVersion = "networking.istio.io/v1",
        Kind = "Sidecar",
        Meta = new ObjectMeta { Namespace = Ns(index), Name = "default" },
        SpecJson = """{"egress":[{"hosts":["./*"]}]}""",
    });

    private static ModelChange PodOfProxy(int index) => Pod(Ns(index), $"client-{index}", "client", $"10.200.{index / 250}.{(index % 250) + 1}");

    private static ModelChange Pod(string ns, string name, string app, string ip) => ModelChange.Upsert.Of(Tables.Pods, new Pod
    {
        Meta = new ObjectMeta { Namespace = ns, Name = name, Labels = LabelMap.From([new("app", app)]) },
        Ips = [ip],
        ServiceAccount = app,
        Phase = "Running",
        Ready = true,
    });

    private static ProxyDescriptor ProxyOf(int index) => new()
    {
        Id = $"sidecar~10.200.{index / 250}.{(index % 250) + 1}~client-{index}.{Ns(index)}~{Ns(index)}.svc.cluster.local",
        Namespace = Ns(index),
        PodName = $"client-{index}",
        IpAddresses = [$"10.200.{index / 250}.{(index % 250) + 1}"],
        IstioVersion = "1.32.0",
        ClusterId = "Kubernetes",
    };

    private static string Ip(int service, int index)
    {
        var number = (service * Endpoints) + index;
        return $"10.{1 + (number / 62500)}.{number / 250 % 250}.{(number % 250) + 1}";
    }

    private sealed class CountingStream : IConfigObserver
    {
        public int Told { get; set; }

        public void OnConfig(EncodedConfig config) => Told++;
    }
}
