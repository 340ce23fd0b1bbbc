using ControlPlane.Model.Proxies;
using ControlPlane.Testing;
using ControlPlane.Xds.Nodes;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using JsonParser = Google.Protobuf.JsonParser;

namespace ControlPlane.Xds.Tests.Nodes;

public sealed class NodeReaderTests
{
    private const string Id = "sidecar~10.1.0.11~web-v1-1.shop~shop.svc.cluster.local";

    [Fact]
    public void Read_IdAlone_GivesWhatItSays()
    {
        var proxy = NodeReader.Read(new Node { Id = Id, Cluster = "web.shop" });
        Assert.Equal(ProxyType.Sidecar, proxy.Type);
        Assert.Equal(["10.1.0.11"], proxy.IpAddresses);
        Assert.Equal(("web-v1-1", "shop", "shop.svc.cluster.local", "web.shop"), (proxy.PodName, proxy.Namespace, proxy.DnsDomain, proxy.Cluster));
        Assert.Equal(ProxyCapabilities.Full, proxy.Capabilities);
        Assert.Equal(ProxyLocality.Unknown, proxy.Locality);
    }

    [Fact]
    public void Read_Metadata_IsReadLeniently()
    {
        var proxy = Read("""
            {"NAMESPACE": "other", "INSTANCE_IPS": "10.1.0.12, fd00::1", "LABELS": {"app": "web", "n": 1, "b": true}, "SERVICE_ACCOUNT": "sa",
             "CLUSTER_ID": "c", "NETWORK": 7, "NODE_NAME": "node-a", "GENERATOR": "grpc", "ISTIO_VERSION": "1.32.0", "ENVOY_STATUS_PORT": 15021,
             "HTTP10": "1", "PROXY_CONFIG": {"b": [1.5, null, "<&>"], "a": false}}
            """);
        Assert.Equal("other", proxy.Namespace);
        Assert.Equal("web-v1-1", proxy.PodName);
        Assert.Equal(["10.1.0.12", "fd00::1"], proxy.IpAddresses);
        Assert.Equal(("web", "1", "true"), (proxy.Labels["app"], proxy.Labels["n"], proxy.Labels["b"]));
        Assert.Equal(("sa", "c", "7", "node-a", "grpc", "1.32.0"),
            (proxy.ServiceAccount, proxy.ClusterId, proxy.Network, proxy.NodeName, proxy.Generator, proxy.IstioVersion));
        Assert.Equal("15021", proxy.Metadata["ENVOY_STATUS_PORT"]);
        Assert.Equal("\"1\"", proxy.Metadata["HTTP10"]);
        Assert.Equal("""{"a":false,"b":[1.5,null,"<&>"]}""", proxy.Metadata["PROXY_CONFIG"]);
    }

    [Fact]
    public void Read_InstanceIpsWithANonAddress_FallsBackToTheId() =>
        Assert.Equal(["10.1.0.11"], Read("""{"INSTANCE_IPS": "10.1.0.12,web"}""").IpAddresses);

    [Fact]
    public void Read_PodNameWithDots_NamespaceIsTheLastPart()
    {
        var proxy = NodeReader.Read(new Node { Id = "router~10.1.0.11~gw.v1.edge~edge.svc.cluster.local" });
        Assert.Equal((ProxyType.Router, "gw.v1", "edge"), (proxy.Type, proxy.PodName, proxy.Namespace));
    }

    [Theory]
    [InlineData("", "node.id is missing")]
    [InlineData("front-proxy", "has 1 parts between '~', not 4")]
    [InlineData("a~b~c~d~e", "has 5 parts between '~', not 4")]
    [InlineData("waypoint~10.1.0.11~w.shop~d", "begins with 'waypoint'")]
    [InlineData("sidecar~nowhere~w.shop~d", "'nowhere' as second part, which is no IP address")]
    [InlineData("sidecar~10.1.0.11~web~d", "names no namespace in its third part, 'web'")]
    [InlineData("sidecar~10.1.0.11~w\uFFFDb.shop~d", "is not valid UTF-8")]
    public void Read_BadId_SaysWhatIsWrong(string id, string text) =>
        Assert.Contains(text, Assert.Throws<InvalidNodeException>(() => NodeReader.Read(new Node { Id = id })).Message);

    [Fact]
    public void Read_NoNode_SaysSo() => Assert.Contains("node.id", Assert.Throws<InvalidNodeException>(() => NodeReader.Read(null)).Message);

    [Fact]
    public void Read_LabelsThatAreNoObject_SaysSo() =>
        Assert.Contains("LABELS", Assert.Throws<InvalidNodeException>(() => Read("""{"LABELS": "app=web"}""")).Message);

    [Fact]
    public void Capabilities_StockEnvoy_LacksIstiosFiltersAndIsAgentless()
    {
        var capabilities = NodeReader.Read(WithExtensions(
            "envoy.extensions.filters.http.router.v3.Router", "envoy.extensions.filters.network.mysql_proxy.v3.MySQLProxy")).Capabilities;
        Assert.True(capabilities.Agentless);
        Assert.True(capabilities.Lacks(KnownExtensions.IstioStats));
        Assert.True(capabilities.Lacks(KnownExtensions.Alpn));
        Assert.False(capabilities.Lacks(KnownExtensions.MySqlProxy));
        Assert.Equal(capabilities.Missing.Order(StringComparer.Ordinal), capabilities.Missing);
    }

    [Fact]
    public void Capabilities_EnvoyWithIstiosFilters_IsNotAgentlessAndLacksTheRest()
    {
        var node = WithExtensions(
            "stats.PluginConfig", "io.istio.http.peer_metadata.Config", "envoy.tcp.metadataexchange.config.MetadataExchange",
            "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig");
        node.Extensions.Add(new Extension
        {
            Name = "cryptomb", Disabled = true, TypeUrls = { "envoy.extensions.private_key_providers.cryptomb.v3alpha.CryptoMbPrivateKeyMethodConfig" },
        });
        var capabilities = NodeReader.Read(node).Capabilities;
        Assert.False(capabilities.Agentless);
        Assert.Equal([KnownExtensions.CryptoMb, KnownExtensions.MySqlProxy], capabilities.Missing);
    }

    [Fact]
    public void Capabilities_TypeUrlsWithPrefix_AreUnderstoodToo() =>
        Assert.False(NodeReader.Read(WithExtensions("type.googleapis.com/stats.PluginConfig")).Capabilities.Lacks(KnownExtensions.IstioStats));

    [Fact]
    public void Capabilities_StockEnvoyBesideAnAgent_IsNotAgentless()
    {
        var node = WithExtensions("envoy.extensions.filters.http.router.v3.Router");
        node.Metadata = JsonParser.Default.Parse<Struct>("""{"ISTIO_PROXY_SHA": "abc"}""");
        Assert.False(NodeReader.Read(node).Capabilities.Agentless);
    }

    [Fact]
    public void Capabilities_AgentNone_IsAgentlessWhateverItHas() => Assert.True(Read("""{"AGENT": "none"}""").Capabilities.Agentless);

    [SharedFact("conformance/cases")]
    public void Read_NodesOfTheConformanceCases_AllReadable()
    {
        var files = Directory.GetFiles(SharedDirectory.Path("conformance/cases"), "node.json", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.All(files, f => Assert.NotEmpty(NodeReader.Read(JsonParser.Default.Parse<Node>(File.ReadAllText(f))).Namespace));
    }

    private static Node WithExtensions(params string[] typeUrls) => new()
    {
        Id = Id,
        Extensions = { typeUrls.Select(u => new Extension { Name = "some", Category = "envoy.filters", TypeUrls = { u } }) },
    };

    private static ProxyDescriptor Read(string metadata) =>
        NodeReader.Read(new Node { Id = Id, Metadata = JsonParser.Default.Parse<Struct>(metadata) });
}
