using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Resources;
using ControlPlane.Translation.Tests.Support;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Envoy.Listeners;

public sealed class InboundListenerTests
{
    private static readonly ProxyClass Web = new()
    {
        Namespace = "shop",
        PodKnown = true,
        Labels = Map("app=web"),
        Metadata = Map("ENVOY_STATUS_PORT=15021;ENVOY_PROMETHEUS_PORT=15090"),
    };

    [Theory]
    [InlineData(MutualTlsMode.Permissive, Protocol.Auto, 5, 2)]
    [InlineData(MutualTlsMode.Permissive, Protocol.Http2, 2, 1)]
    [InlineData(MutualTlsMode.Permissive, Protocol.Https, 3, 1)]
    [InlineData(MutualTlsMode.Permissive, Protocol.Udp, 3, 1)]
    [InlineData(MutualTlsMode.Strict, Protocol.Auto, 2, 2)]
    [InlineData(MutualTlsMode.Strict, Protocol.Grpc, 1, 1)]
    [InlineData(MutualTlsMode.Strict, Protocol.Tcp, 1, 1)]
    [InlineData(MutualTlsMode.Disable, Protocol.Auto, 2, 0)]
    [InlineData(MutualTlsMode.Disable, Protocol.Http, 1, 0)]
    [InlineData(MutualTlsMode.Disable, Protocol.Mongo, 1, 0)]
    public void Matches_ModeAndProtocol_GiveTheChains(MutualTlsMode mode, Protocol protocol, int chains, int terminated)
    {
        var matches = InboundMatch.Of(mode, protocol);
        Assert.Equal(chains, matches.Count);
        Assert.Equal(terminated, matches.Count(m => m.Terminate));
        Assert.Equal(matches.Count, matches.Select(m => (string.Join(',', m.Alpn), m.Transport)).Distinct().Count());
        if (mode == MutualTlsMode.Strict)
            Assert.All(matches, m => Assert.Equal("tls", m.Transport));
    }

    [Fact]
    public void Chains_PortsOfServices_FollowThoseForAllOthersAscending()
    {
        var listener = Build(Service("shop", "web", "http:80:9090 tcp:81:8080"));
        Assert.Equal(
            ["virtualInbound-blackhole", "virtualInbound-catchall-http", "virtualInbound", "0.0.0.0_8080", "0.0.0.0_9090"],
            listener.FilterChains.Select(c => c.Name).Distinct());
    }

    [Theory]
    [InlineData("", "web.shop_tcp", 8080)]
    [InlineData("""{"ingress":[{"port":{"number":9080,"protocol":"TCP","name":"own"}}]}""", "in.shop_own", 9080)]
    public void StatPrefix_Pattern_IsFilledForEveryChainWithoutTheTargetPort(string sidecar, string expected, int port)
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Settings("""{"inboundClusterStatName":"%SERVICE%_%SERVICE_PORT_NAME%_%TARGET_PORT%"}""")
            .Put(Service("shop", "web", "tcp:80:8080"), Pod("shop", "web-1", "10.1.0.1", "app=web"));
        if (sidecar.Length > 0)
            mesh.Mesh.Put(Rules.SidecarOf("shop", "in", sidecar));

        var chains = mesh.Listener(TranslatedMesh.Sidecar(pod: "web-1", ip: "10.1.0.1"), "virtualInbound")!.FilterChains;
        string Prefix(FilterChain chain) => chain.Filters[^1].TypedConfig.Unpack<TcpProxy>().StatPrefix;
        Assert.Equal(expected + "_%TARGET_PORT%", Prefix(chains.First(c => c.FilterChainMatch.DestinationPort == (uint)port)));
        Assert.Equal("_virtualInbound_%TARGET_PORT%", Prefix(chains.First(c => c.Name == "virtualInbound")));
    }

    [Fact]
    public void Chains_PortsOfTheProxyItself_AreLeftOut()
    {
        var listener = Build(Service("shop", "web", "http:80:15021 tcp:81:15006 http-b:82:8080"));
        Assert.Equal(["0.0.0.0_8080"], listener.FilterChains.Select(c => c.Name).Where(n => n.StartsWith("0.0.0.0_", StringComparison.Ordinal)).Distinct());
    }

    [Fact]
    public void Chains_NamedTargetOfAPodNotYetKnown_AreLeftOut()
    {
        var service = Service("shop", "web") with { Ports = [new ServicePort { Name = "http", Port = 80, TargetPortName = "main" }] };
        var listener = Build(Web with { PodKnown = false }, service);
        Assert.DoesNotContain(listener.FilterChains, c => c.Name == "0.0.0.0_0");
    }

    [Fact]
    public void Chains_PortLevelModeOfAPortWithoutService_GetsPassThroughChainsOfItsOwn()
    {
        var policy = new ConfigObject
        {
            ApiVersion = "v1",
            Kind = "PeerAuthentication",
            Meta = Meta("shop", "web"),
            SpecJson = """{"selector":{"matchLabels":{"app":"web"}},"mtls":{"mode":"STRICT"},"portLevelMtls":{"7000":{"mode":"DISABLE"},"8080":{"mode":"DISABLE"}}}""",
        };
        var listener = Build(Web, Service("shop", "web", "http:80:8080"), policy);
        var own = listener.FilterChains.Where(c => c.FilterChainMatch.DestinationPort == 7000).ToList();
        Assert.Equal(["virtualInbound", "virtualInbound-catchall-http"], own.Select(c => c.Name).Order());
        Assert.Null(Assert.Single(listener.FilterChains, c => c.Name == "0.0.0.0_8080").TransportSocket);
        Assert.All(listener.FilterChains.Where(c => c.Name == "virtualInbound" && c.FilterChainMatch.DestinationPort is null), c => Assert.NotNull(c.TransportSocket));
    }

    [Fact]
    public void Inspectors_PortsThatDoNotNeedThem_AreExcluded()
    {
        var listener = Build(Service("shop", "web", "http:80:8080"));
        Assert.Equal(
            ["envoy.filters.listener.original_dst", "envoy.filters.listener.tls_inspector", "envoy.filters.listener.http_inspector"],
            listener.ListenerFilters.Select(f => f.Name));
        Assert.Equal(15006, listener.ListenerFilters[1].FilterDisabled.DestinationPortRange.Start);
        Assert.Equal([8080, 15006], listener.ListenerFilters[2].FilterDisabled.OrMatch.Rules.Select(r => r.DestinationPortRange.Start));
    }

    [Fact]
    public void Tproxy_KeepsAddresses()
    {
        var listener = Build(Web with { Metadata = Map("INTERCEPTION_MODE=\"TPROXY\"") });
        Assert.True(listener.Transparent);
        Assert.Equal("envoy.filters.listener.original_src", listener.ListenerFilters[1].Name);
    }

    private static Listener Build(params MeshObject[] objects) => Build(Web, objects);

    private static Listener Build(ProxyClass proxy, params MeshObject[] objects)
    {
        var mesh = new TestMesh().Put(objects);
        var items = mesh.Get(ListenerFamily.Instance.Members, new ClassScope(proxy, NameSet.Empty));
        var item = items.Single(i => i is ListenerItem.VirtualInbound);
        return (Listener)mesh.Get(ListenerFamily.Instance.Input, item)!.Build().Message;
    }
}
