using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Envoy.Listeners;

public sealed class GatewayListenerTests
{
    private const string Http = """{"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": ["*"]}""";
    private const string Tcp = """{"port": {"number": 9000, "name": "tcp", "protocol": "TCP"}, "hosts": ["*"]}""";

    [Fact]
    public void Listener_Http_RoutesRequestsOfStrangers()
    {
        var listener = new GatewayMesh().Gateway(Http).Listener("0.0.0.0_8080")!;

        Assert.Equal(TrafficDirection.Outbound, listener.TrafficDirection);
        Assert.Null(listener.BindToPort);
        Assert.Empty(listener.ListenerFilters);
        Assert.Equal(15, listener.FilterChains[0].TransportSocketConnectTimeout.Seconds);
        var manager = listener.FilterChains[0].Filters[0].TypedConfig.Unpack<HttpConnectionManager>();
        Assert.True(manager.UseRemoteAddress);
        Assert.Equal("outbound_0.0.0.0_8080;", manager.StatPrefix);
        Assert.Equal("http.8080", manager.Rds.RouteConfigName);
        Assert.Equal(HttpConnectionManager.Types.ForwardClientCertDetails.SanitizeSet, manager.ForwardClientCertDetails);
        Assert.True(manager.SetCurrentClientCertDetails is { Subject: true, Cert: true, Dns: true, Uri: true });
    }

    [Fact]
    public void Listener_GatewayTopology_TellsWhomToTrust()
    {
        var mesh = new GatewayMesh().Gateway(Http);
        mesh.Translated.Mesh.Settings("""{"defaultConfig": {"gatewayTopology": {"numTrustedProxies": 2, "forwardClientCertDetails": "SANITIZE", "proxyProtocol": {}}}}""");

        Assert.Equal("envoy.filters.listener.proxy_protocol", mesh.Listener("0.0.0.0_8080")!.ListenerFilters.Single().Name);
        var manager = mesh.Manager("0.0.0.0_8080");
        Assert.Equal(2u, manager.XffNumTrustedHops);
        Assert.Equal(HttpConnectionManager.Types.ForwardClientCertDetails.Sanitize, manager.ForwardClientCertDetails);
        Assert.Null(manager.SetCurrentClientCertDetails);
    }

    [Fact]
    public void Listener_MeshNetworks_AreNoStrangers()
    {
        var mesh = new GatewayMesh().Gateway(Http);
        mesh.Translated.Mesh.Apply([Model.Snapshots.ModelChange.Upsert.Of(Model.Snapshots.Tables.MeshNetworks, new ConfigObject
        {
            Meta = Meta("", "istio"), ApiVersion = "v1", Kind = "MeshNetworks",
            SpecJson = """{"networks": {"n1": {"endpoints": [{"fromCidr": "fd00::/8"}, {"fromCidr": "192.168.0.0/16"}, {"fromCidr": "10.0.0.0/8"}]}}}""",
        })]);

        Assert.Equal(["10.0.0.0", "192.168.0.0", "fd00::"], mesh.Manager("0.0.0.0_8080").InternalAddressConfig.CidrRanges.Select(r => r.AddressPrefix));
    }

    [Fact]
    public void Listener_EdgeProfile_LimitsBuffers()
    {
        var mesh = new GatewayMesh().Gateway(Http);
        mesh.Translated.Mesh.Settings("""{"defaultConfig": {"connectionSettings": {"profile": "EDGE"}}}""");

        Assert.Equal(32768u, mesh.Listener("0.0.0.0_8080")!.PerConnectionBufferLimitBytes);
    }

    [Fact]
    public void Listener_GrpcWeb_TurnsItIntoGrpc() => Assert.Contains(
        new GatewayMesh().Gateway(Http.Replace("\"HTTP\"", "\"GRPC-WEB\"", StringComparison.Ordinal)).Manager("0.0.0.0_8080").HttpFilters,
        f => f.Name == "envoy.filters.http.grpc_web");

    [Fact]
    public void Chain_Https_HasNamesOfItsHostsAndTheServersStatistics()
    {
        var mesh = new GatewayMesh().Gateway(
            """{"name": "front", "port": {"number": 443, "name": "x", "protocol": "HTTPS"}, "hosts": ["shop/b.example.com", "a.example.com"], "tls": {"mode": "SIMPLE", "credentialName": "c"}}""");

        var listener = mesh.Listener("0.0.0.0_8443")!;
        Assert.Equal(["a.example.com", "b.example.com"], listener.FilterChains[0].FilterChainMatch.ServerNames);
        Assert.Equal("envoy.filters.listener.tls_inspector", listener.ListenerFilters.Single().Name);
        Assert.Equal("front", mesh.Manager("0.0.0.0_8443").StatPrefix);
        Assert.Equal("https.443.x.gw.istio-system", mesh.Manager("0.0.0.0_8443").Rds.RouteConfigName);
    }

    [Fact]
    public void Chain_HttpsOfAnyHost_MatchesEverything() => Assert.Null(
        new GatewayMesh().Gateway("""{"port": {"number": 443, "name": "x", "protocol": "HTTPS"}, "hosts": ["*"], "tls": {"mode": "SIMPLE", "credentialName": "c"}}""")
            .Listener("0.0.0.0_8443")!.FilterChains[0].FilterChainMatch);

    [Fact]
    public void Chain_TcpWithoutRoute_IsNoneAndSoIsTheListener() => Assert.Empty(new GatewayMesh().Gateway(Tcp).Listeners());

    [Fact]
    public void Chain_Tcp_TakesTheFirstRouteThatFitsPortAndGateway()
    {
        var proxy = Proxy(new GatewayMesh().Gateway(Tcp).VirtualService("""
            {"hosts": ["any.example.com"], "gateways": ["istio-system/gw", "istio-system/other"], "tcp": [
              {"match": [{"port": 9001}], "route": [{"destination": {"host": "a"}}]},
              {"match": [{"gateways": ["istio-system/other"]}], "route": [{"destination": {"host": "b"}}]},
              {"match": [{"port": 9000, "gateways": ["istio-system/gw"]}], "route": [{"destination": {"host": "web"}}]},
              {"route": [{"destination": {"host": "c"}}]}]}
            """));

        Assert.Equal((GatewayMesh.Web, GatewayMesh.Web), (proxy.Cluster, proxy.StatPrefix));
    }

    [Fact]
    public void Chain_TcpWithSeveralDestinations_SplitsByWeightUnderTheRulesName()
    {
        var proxy = Proxy(new GatewayMesh().Gateway(Tcp).VirtualService("""
            {"hosts": ["*"], "gateways": ["istio-system/gw"], "tcp": [{"route": [
              {"destination": {"host": "web"}, "weight": 30}, {"destination": {"host": "b", "port": {"number": 7}}, "weight": 70}, {"destination": {"host": "c"}}]}]}
            """));

        Assert.Equal("web.shop", proxy.StatPrefix);
        Assert.Equal(
            [(GatewayMesh.Web, 30u), ("outbound|7||b.shop.svc.cluster.local", 70u)], proxy.WeightedClusters.Clusters.Select(c => (c.Name, c.Weight)));
    }

    [Fact]
    public void Chain_Tcp_IsTunedByTheRuleOfItsDestination()
    {
        var proxy = Proxy(new GatewayMesh().Gateway(Tcp)
            .VirtualService("""{"hosts": ["*"], "gateways": ["istio-system/gw"], "tcp": [{"route": [{"destination": {"host": "web"}}]}]}""")
            .Put("DestinationRule", "shop", "web", """
                {"host": "web", "trafficPolicy": {"connectionPool": {"tcp": {"idleTimeout": "7s", "maxConnectionDuration": "9s"}}, "loadBalancer": {"consistentHash": {"useSourceIp": true}}}}
                """));

        Assert.Equal((7, 9), (proxy.IdleTimeout.Seconds, proxy.MaxDownstreamConnectionDuration.Seconds));
        Assert.NotNull(proxy.HashPolicy.Single().SourceIp);
    }

    [Fact]
    public void Chain_Mongo_IsCounted()
    {
        var chain = new GatewayMesh().Gateway(Tcp.Replace("TCP", "MONGO", StringComparison.Ordinal))
            .VirtualService("""{"hosts": ["*"], "gateways": ["istio-system/gw"], "tcp": [{"route": [{"destination": {"host": "web"}}]}]}""")
            .Listener("0.0.0.0_9000")!.FilterChains[0];

        Assert.Equal("envoy.filters.network.mongo_proxy", chain.Filters[^2].Name);
    }

    [Fact]
    public void Chain_Passthrough_IsOnePerMatchAndATakenNameSkipsTheMatch()
    {
        var mesh = new GatewayMesh().Gateway("""{"port": {"number": 443, "name": "x", "protocol": "TLS"}, "hosts": ["*.example.com"], "tls": {"mode": "PASSTHROUGH"}}""")
            .VirtualService("""{"hosts": ["a.example.com"], "gateways": ["istio-system/gw"], "tls": [{"match": [{"sniHosts": ["a.example.com"]}], "route": [{"destination": {"host": "old"}}]}]}""", "old", age: 1)
            .VirtualService("""
                {"hosts": ["*.example.com"], "gateways": ["istio-system/gw"], "tls": [
                  {"match": [{"sniHosts": ["b.example.com", "a.example.com"]}, {"sniHosts": ["c.example.com"]}, {"port": 444, "sniHosts": ["d.example.com"]}], "route": [{"destination": {"host": "web"}}]}]}
                """, "new");

        var listener = mesh.Listener("0.0.0.0_8443")!;
        Assert.Equal(["a.example.com", "c.example.com"], listener.FilterChains.Select(c => c.FilterChainMatch.ServerNames.Single()));
        Assert.All(listener.FilterChains, c => Assert.Null(c.TransportSocket));
    }

    [Fact]
    public void Chain_TlsEndedForTcp_PassesOnWhatComesOut()
    {
        var listener = new GatewayMesh().Gateway("""{"port": {"number": 443, "name": "x", "protocol": "TLS"}, "hosts": ["a.example.com"], "tls": {"mode": "ISTIO_MUTUAL"}}""")
            .VirtualService("""{"hosts": ["a.example.com"], "gateways": ["istio-system/gw"], "tcp": [{"route": [{"destination": {"host": "web"}}]}]}""").Listener("0.0.0.0_8443")!;

        Assert.Equal("istio.metadata_exchange", listener.FilterChains[0].Filters[0].Name);
        Assert.NotNull(listener.FilterChains[0].TransportSocket);
    }

    [Fact]
    public void Chain_AutoPassthrough_IsOnePerClusterAndTakesTheMeshsTlsOnly()
    {
        var mesh = new GatewayMesh().Gateway("""{"port": {"number": 443, "name": "x", "protocol": "TLS"}, "hosts": ["*.shop.svc.cluster.local"], "tls": {"mode": "AUTO_PASSTHROUGH"}}""")
            .Put("DestinationRule", "shop", "web", """{"host": "web", "subsets": [{"name": "v1", "labels": {"version": "v1"}}]}""");
        mesh.Translated.Mesh.Put(
            Service("other", "api"), Slice("shop", "web", "http:8080", "10.1.0.1=a", "10.1.0.2=b"),
            Pod("shop", "a", "10.1.0.1", "version=v1;security.istio.io/tlsMode=istio"), Pod("shop", "b", "10.1.0.2", "version=v1"));

        string[] names = ["outbound_.80_._.web.shop.svc.cluster.local", "outbound_.80_.v1_.web.shop.svc.cluster.local"];
        var listener = mesh.Listener("0.0.0.0_8443")!;
        Assert.Equal(names, listener.FilterChains.Select(c => c.FilterChainMatch.ServerNames.Single()));
        Assert.Equal(["istio", "istio-peer-exchange", "istio-http/1.0", "istio-http/1.1", "istio-h2"], listener.FilterChains[0].FilterChainMatch.ApplicationProtocols);
        Assert.All(names, n => Assert.Null(mesh.Translated.Cluster(mesh.Proxy, n)!.TransportSocket));
        Assert.Empty(mesh.Translated.Cluster(mesh.Proxy, names[0])!.TransportSocketMatches);
        // Clusters come for all services of the mesh, hosts that can't end the TLS for none.
        Assert.NotNull(mesh.Translated.Cluster(mesh.Proxy, "outbound_.80_._.api.other.svc.cluster.local"));
        Assert.Equal(
            ["10.1.0.1"], mesh.Translated.Endpoints(mesh.Proxy, names[1])!.Endpoints.SelectMany(g => g.LbEndpoints).Select(e => e.Endpoint.Address.SocketAddress.Address));
    }

    [Fact]
    public void Clusters_WithoutAutoPassthrough_HaveNoServerNames()
    {
        var mesh = new GatewayMesh().Gateway(Http);

        Assert.DoesNotContain(mesh.Translated.Set(XdsType.Cluster, mesh.Proxy).Resources, r => r.Name.StartsWith("outbound_", StringComparison.Ordinal));
    }

    private static TcpProxy Proxy(GatewayMesh mesh) => mesh.Listener("0.0.0.0_9000")!.FilterChains[0].Filters[^1].TypedConfig.Unpack<TcpProxy>();
}
