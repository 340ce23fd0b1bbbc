using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Tests.Support;
using ControlPlane.Translation.Views.Proxies;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Envoy.Listeners;

public sealed class OutboundListenersTests
{
    private const string Mesh = """{"defaultProviders":{"metrics":["prometheus"]}}""";

    private static readonly ProxyClass Client = new() { Namespace = "shop", PodKnown = true };

    [Fact]
    public void Http_SeveralServicesOfAPort_ShareOneListenerWithDetection()
    {
        var listener = Single(Build(Service("shop", "a", "http:80"), Service("other", "b", "grpc:80", "10.96.0.2")), "0.0.0.0_80");
        Assert.Equal(["http/1.1", "h2c"], Assert.Single(listener.FilterChains).FilterChainMatch.ApplicationProtocols);
        Assert.Equal("PassthroughFilterChain", listener.DefaultFilterChain.Name);
        Assert.Equal(["envoy.filters.listener.http_inspector"], listener.ListenerFilters.Select(f => f.Name));
    }

    [Fact]
    public void Tcp_ServiceWithAddress_ListensThereWithoutDetection()
    {
        var listener = Single(Build(Service("shop", "a", "tcp:80")), "10.96.0.1_80");
        Assert.Null(Assert.Single(listener.FilterChains).FilterChainMatch);
        Assert.Empty(listener.ListenerFilters);
        Assert.False(listener.BindToPort);
    }

    [Theory]
    [InlineData("0.0.0.0_80", true)]
    [InlineData("127.0.0.1_15002", false)]
    public void Metadata_WithinTheMeshOnly_DoesNotHoldForTheForwardProxy(string listener, bool expected)
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Settings("""{"proxyHttpPort":15002,"defaultConfig":{"proxyHeaders":{"metadataExchangeHeaders":{"mode":"IN_MESH"}}}}""").Put(Service("shop", "a", "http:80"));

        var manager = mesh.Listener(TranslatedMesh.Sidecar(), listener)!.FilterChains[0].Filters[^1].TypedConfig.Unpack<HttpConnectionManager>();
        Assert.Equal("istio.metadata_exchange", manager.HttpFilters[0].Name);
        Assert.Equal(expected, manager.HttpFilters[0].TypedConfig.Value.ToStringUtf8().Contains("skip_external_clusters", StringComparison.Ordinal));
    }

    [Fact]
    public void Auto_RequestsAndConnections_ShareAnAddress()
    {
        var listener = Single(Build(Service("shop", "a", "x:80")), "10.96.0.1_80");
        Assert.Equal("raw_buffer", Assert.Single(listener.FilterChains).FilterChainMatch.TransportProtocol);
        Assert.Equal("", listener.DefaultFilterChain.Name);
    }

    [Fact]
    public void Conflict_TcpAndHttpOnTheWildcard_TcpBecomesTheDefault()
    {
        var tcp = Service("shop", "a", "tcp:80", clusterIp: "", ageInDays: 1);
        var listener = Single(Build(tcp, Service("shop", "b", "http:80")), "0.0.0.0_80");
        Assert.Single(listener.FilterChains);
        Assert.Equal("outbound|80||a.shop.svc.cluster.local", Cluster(listener.DefaultFilterChain));
    }

    [Fact]
    public void Conflict_TwoTcpServicesOnOneAddress_OldestStays()
    {
        var listener = Single(Build(Service("shop", "a", "tcp:80"), Service("shop", "b", "tcp:80", ageInDays: 1)), "10.96.0.1_80");
        Assert.Equal("outbound|80||b.shop.svc.cluster.local", Cluster(Assert.Single(listener.FilterChains)));
        Assert.Null(listener.DefaultFilterChain);
    }

    [Fact]
    public void Conflict_MongoAndTcpOnOneAddress_LaterIsDropped()
    {
        var listener = Single(Build(Service("shop", "a", "x:80"), Service("shop", "b", "mongo:80", ageInDays: 1)), "10.96.0.1_80");
        var chain = Assert.Single(listener.FilterChains);
        Assert.Equal(
            ["istio.stats", "envoy.filters.network.mongo_proxy", "envoy.filters.network.tcp_proxy"], chain.Filters.Select(f => f.Name));
        Assert.Equal("outbound|80||b.shop.svc.cluster.local", Cluster(chain));
    }

    [Fact]
    public void Tls_OnTheWildcard_IsToldApartByName()
    {
        var listener = Single(Build(Service("shop", "a", "tls:443", clusterIp: ""), Service("shop", "b", "https:443", clusterIp: "")), "0.0.0.0_443");
        Assert.Equal(
            ["a.shop.svc.cluster.local", "b.shop.svc.cluster.local"],
            listener.FilterChains.SelectMany(c => c.FilterChainMatch.ServerNames).Order());
        Assert.Equal(["envoy.filters.listener.tls_inspector"], listener.ListenerFilters.Select(f => f.Name));
    }

    [Fact]
    public void Headless_Tcp_ListensOnEveryEndpointButItsOwn()
    {
        var service = Service("shop", "db", "tcp:5432", clusterIp: "None");
        var slice = Slice("shop", "db", "tcp:5432", "10.1.0.1", "10.1.0.2");
        var mesh = new TestMesh().Put(service, slice).Settings(Mesh);
        var own = Client with { Addresses = ["10.1.0.2"] };
        Assert.Equal(["10.1.0.1_5432", "10.1.0.2_5432"], Names(mesh, Client).Where(n => n.EndsWith("_5432", StringComparison.Ordinal)));
        Assert.Equal(["10.1.0.1_5432"], Names(mesh, own).Where(n => n.EndsWith("_5432", StringComparison.Ordinal)));
    }

    [Fact]
    public void Ports_OfTheProxyItself_AreLeftFreeOnTheWildcardOnly()
    {
        var proxy = Client with { Metadata = Map("ENVOY_STATUS_PORT=15021") };
        var mesh = new TestMesh().Put(Service("shop", "a", "http:15021 http-b:15001 tcp:15006")).Settings(Mesh);
        Assert.Equal(["10.96.0.1_15006", "virtualInbound", "virtualOutbound"], Names(mesh, proxy).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void InterceptionNone_ListenersBindLoopbackAndThereAreNoVirtualOnes()
    {
        var proxy = Client with { Metadata = Map("INTERCEPTION_MODE=\"NONE\";UNPRIVILEGED_POD=\"true\"") };
        var mesh = new TestMesh().Put(Service("shop", "a", "http:80 http-b:8080")).Settings(Mesh);
        var listener = Assert.Single(Listeners(mesh, proxy));
        Assert.Equal("127.0.0.1_8080", listener.Name);
        Assert.Null(listener.BindToPort);
        Assert.Null(Assert.Single(listener.FilterChains).FilterChainMatch);
    }

    [Fact]
    public void DualStack_WildcardListeners_HaveBothAddresses()
    {
        var mesh = new TestMesh().Put(Service("shop", "a", "http:80 tcp:81", "10.96.0.1,fd00::1")).Settings(Mesh);
        var listeners = Listeners(mesh, Client with { Ipv6 = true });
        Assert.Equal("::", Assert.Single(Single(listeners, "0.0.0.0_80").AdditionalAddresses).Address.SocketAddress.Address);
        Assert.Empty(Single(listeners, "10.96.0.1_81").AdditionalAddresses);
        Assert.Contains("fd00::1_81", Names(mesh, Client with { Ipv4 = false, Ipv6 = true }));
    }

    [Theory]
    [InlineData("true", "240.240.0.1_81")]
    [InlineData("false", "0.0.0.0_81")]
    public void AutoAllocatedAddress_IsUsedByProxiesThatAnswerDns(string capture, string expected)
    {
        var entry = new ConfigObject
        {
            ApiVersion = "networking.istio.io/v1",
            Kind = "ServiceEntry",
            Meta = Meta("shop", "e"),
            SpecJson = """{"hosts":["e.example.org"],"location":"MESH_EXTERNAL","resolution":"DNS","ports":[{"number":81,"name":"tcp","protocol":"TCP"}]}""",
            StatusJson = """{"addresses":[{"value":"240.240.0.1","host":"e.example.org"}]}""",
        };
        var mesh = new TestMesh().Put(entry).Settings(Mesh);
        Assert.Contains(expected, Names(mesh, Client with { Metadata = Map($"DNS_CAPTURE=\"{capture}\"") }));
    }

    [Fact]
    public void References_AreTheRouteConfigurations()
    {
        var mesh = new TestMesh().Put(Service("shop", "a", "http:80 x:81 tcp:82")).Settings(Mesh);
        var references = Inputs(mesh, Client).Select(i => i.Build()).ToDictionary(r => r.Name, r => r.References);
        Assert.Equal(["80"], references["0.0.0.0_80"]);
        Assert.Equal(["a.shop.svc.cluster.local:81"], references["10.96.0.1_81"]);
        Assert.Empty(references["10.96.0.1_82"]);
    }

    [Fact]
    public void Plan_OrderOfObjects_DoesNotMatter()
    {
        Service[] services = [Service("shop", "a", "tcp:80"), Service("shop", "b", "http:80", "10.96.0.1"), Service("shop", "c", "x:80", "10.96.0.1")];
        var one = Build(services).Select(l => l.ToString());
        var other = Build(services.Reverse().ToArray()).Select(l => l.ToString());
        Assert.Equal(one, other);
    }

    [Fact]
    public void Incremental_EndpointOfAServiceWithAddressChanges_PlansNothing()
    {
        var mesh = new TestMesh().Put(Service("shop", "a", "tcp:80")).Settings(Mesh);
        Inputs(mesh, Client);
        var before = Runs(mesh);
        mesh.Put(Slice("shop", "a", "tcp:80", "10.1.0.1"));
        Inputs(mesh, Client);
        Assert.Equal(before, Runs(mesh));
    }

    [Fact]
    public void Incremental_AnnotationOfAServiceChanges_PlansNothing()
    {
        var mesh = new TestMesh().Put(Service("shop", "a", "tcp:80")).Settings(Mesh);
        Inputs(mesh, Client);
        var before = Runs(mesh);
        mesh.Put(Service("shop", "a", "tcp:80", annotations: "note=1"));
        Inputs(mesh, Client);
        Assert.Equal(before, Runs(mesh));
    }

    [Fact]
    public void Incremental_TwoWorkloadsOfANamespace_ShareOnePlan()
    {
        var mesh = new TestMesh().Put(Service("shop", "a", "tcp:80")).Settings(Mesh);
        Inputs(mesh, Client);
        Inputs(mesh, Client with { Labels = Map("app=b"), ServiceAccount = "b" });
        Assert.Equal(1, mesh.Graph.Counters[OutboundPlans.Of].Runs);
    }

    [Fact]
    public void Incremental_OneServiceChanges_OtherListenersKeepTheirInput()
    {
        var mesh = new TestMesh().Put(Service("shop", "a", "tcp:80"), Service("shop", "b", "tcp:80", "10.96.0.2")).Settings(Mesh);
        var before = Inputs(mesh, Client).Single(i => i is OutboundListenerInput o && o.Plan.Name == "10.96.0.1_80");
        mesh.Put(Service("shop", "b", "tcp:81", "10.96.0.2"));
        var after = Inputs(mesh, Client).Single(i => i is OutboundListenerInput o && o.Plan.Name == "10.96.0.1_80");
        Assert.Equal(before, after);
        Assert.Equal(before.GetHashCode(), after.GetHashCode());
    }

    private static long Runs(TestMesh mesh) => mesh.Graph.Counters[OutboundPlans.Of].Runs + mesh.Graph.Counters[InboundPlans.OfClass].Runs;

    private static List<Listener> Build(params Service[] services) =>
        Listeners(new TestMesh().Put([.. services.Cast<MeshObject>()]).Settings(Mesh), Client);

    private static List<Listener> Listeners(TestMesh mesh, ProxyClass proxy) => [.. Inputs(mesh, proxy).Select(i => (Listener)i.Build().Message)];

    private static string Cluster(FilterChain chain) => chain.Filters[^1].TypedConfig.Unpack<TcpProxy>().Cluster;

    private static IEnumerable<string> Names(TestMesh mesh, ProxyClass proxy) => Listeners(mesh, proxy).Select(l => l.Name);

    private static Listener Single(IEnumerable<Listener> listeners, string name) => Assert.Single(listeners, l => l.Name == name);

    private static List<ListenerInput> Inputs(TestMesh mesh, ProxyClass proxy)
    {
        var items = mesh.Get(ListenerFamily.Instance.Members, new ClassScope(proxy, NameSet.Empty));
        return [.. items.Select(i => mesh.Get(ListenerFamily.Instance.Input, i)!)];
    }
}
