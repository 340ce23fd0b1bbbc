using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Patches;
using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using PatchContext = Istio.Networking.V1Alpha3.EnvoyFilter.Types.PatchContext;

namespace ControlPlane.Translation.Tests.Envoy.Patches;

public sealed class ClusterPatchesTests
{
    private const string Tls = """{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext","sni":"patched"}""";

    [Theory]
    [InlineData("outbound|80|v1|a.shop", """{"service":"a.shop"}""", true)]
    [InlineData("outbound|80|v1|a.shop", """{"service":"a.shop","subset":"v1","portNumber":80}""", true)]
    [InlineData("outbound|80|v1|a.shop", """{"service":"a.shop","subset":"v2"}""", false)]
    [InlineData("outbound|80|v1|a.shop", """{"portNumber":81}""", false)]
    [InlineData("outbound_.80_.v1_.a.shop", """{"service":"a.shop","subset":"v1","portNumber":80}""", true)]
    [InlineData("BlackHoleCluster", """{"name":"BlackHoleCluster"}""", true)]
    [InlineData("BlackHoleCluster", """{"service":"a.shop"}""", false)]
    [InlineData("outbound|80||a.shop", """{"name":"outbound|80||a.shop","service":"nobody","portNumber":9}""", true)]
    [InlineData("inbound|8080||", """{"service":"b.shop"}""", true)]
    [InlineData("inbound|8080||", """{"service":"c.shop"}""", false)]
    [InlineData("inbound|8080||", """{"portNumber":8080}""", true)]
    [InlineData("inbound|8080||", "{}", true)]
    public void Cluster_IsMatched(string name, string match, bool matches)
    {
        var inbound = name.StartsWith("inbound", StringComparison.Ordinal);
        var patches = Patched.Patches($$"""{"applyTo":"CLUSTER","match":{"cluster":{{match}} },"patch":{"operation":"REMOVE"} }""");
        var patched = new ClusterPatches(patches, inbound ? PatchContext.SidecarInbound : PatchContext.SidecarOutbound, inbound ? ["a.shop", "b.shop"] : []).Apply(new Cluster { Name = name });
        Assert.Equal(matches, patched is null);
    }

    [Fact]
    public void TransportSocket_OfThatName_IsMergedAlone()
    {
        var cluster = Merge(new Cluster { Name = "c", TransportSocket = Socket("tls", new UpstreamTlsContext { AllowRenegotiation = true }) }, "tls");
        var context = ProtoJson.Unpack<UpstreamTlsContext>(cluster.TransportSocket.TypedConfig);
        Assert.True(context is { AllowRenegotiation: true, Sni: "patched" });
        Assert.Equal("", cluster.AltStatName);
    }

    [Fact]
    public void TransportSocket_OfAnotherName_IsReplaced()
    {
        var cluster = Merge(new Cluster { Name = "c", TransportSocket = Socket("tls", new UpstreamTlsContext { AllowRenegotiation = true }) }, "mine");
        Assert.Equal("mine", cluster.TransportSocket.Name);
        Assert.False(ProtoJson.Unpack<UpstreamTlsContext>(cluster.TransportSocket.TypedConfig).AllowRenegotiation);
        Assert.Equal("", cluster.AltStatName);
    }

    [Theory]
    [InlineData("raw", "")]
    [InlineData("tls", "patched")]
    public void TransportSocket_AmongMatches_IsMergedWhereOneIsCalledSo_ElseNothingHappens(string name, string sni)
    {
        var before = new Cluster { Name = "c", TransportSocketMatches = { new Cluster.Types.TransportSocketMatch { Name = "m", TransportSocket = Socket("tls", new UpstreamTlsContext()) } } };
        var cluster = Merge(before, name);
        Assert.Null(cluster.TransportSocket);
        Assert.Equal(sni, ProtoJson.Unpack<UpstreamTlsContext>(cluster.TransportSocketMatches[0].TransportSocket.TypedConfig).Sni);
    }

    private static Cluster Merge(Cluster cluster, string socket)
    {
        var patches = Patched.Patches($$"""{"applyTo":"CLUSTER","patch":{"operation":"MERGE","value":{"alt_stat_name":"lost","transport_socket":{"name":"{{socket}}","typed_config":{{Tls}} } } } }""");
        return new ClusterPatches(patches, PatchContext.SidecarOutbound, []).Apply(cluster)!;
    }

    private static TransportSocket Socket(string name, UpstreamTlsContext context) => new() { Name = name, TypedConfig = ProtoJson.Pack(context) };
}
