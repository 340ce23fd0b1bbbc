using ControlPlane.Model.Proxies;

namespace ControlPlane.Translation.Tests.Envoy.Capabilities;

public class AlpnMetadataTests
{
    private const string Options = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    [Theory]
    [InlineData("", "istio-http/1.1,istio,http/1.1")]
    [InlineData("\"explicitHttpConfig\": {\"httpProtocolOptions\": {}}", "istio-http/1.1,istio,http/1.1")]
    [InlineData("\"explicitHttpConfig\": {\"http2ProtocolOptions\": {}}", "istio-h2,istio,h2")]
    public void OutboundCluster_WithDeclaredVersion_SaysItsOffer(string options, string offer)
    {
        var cluster = Substituted.Cluster(Cluster("outbound|80||web.shop.svc.cluster.local", options, "\"services\": [{\"host\": \"web\"}]"));

        Substituted.Equal(
            $$$$$$$$$"""{"filterMetadata": {"istio": {"alpn": "{{{{{{{{{offer}}}}}}}}}", "services": [{"host": "web"}]}}}""", cluster["metadata"]);
    }

    [Fact]
    public void OutboundCluster_WithoutMetadata_GetsThem()
    {
        var cluster = Substituted.Cluster("""{"name": "outbound|80||web"}""");

        Substituted.Equal("""{"filterMetadata": {"istio": {"alpn": "istio-http/1.1,istio,http/1.1"}}}""", cluster["metadata"]);
    }

    [Theory]
    [InlineData("outbound|80||auto", "\"useDownstreamProtocolConfig\": {\"httpProtocolOptions\": {}, \"http2ProtocolOptions\": {}}", "")]
    [InlineData("outbound|443||external", "\"explicitHttpConfig\": {\"http2ProtocolOptions\": {}}", "\"alpn_override\": \"false\"")]
    [InlineData("inbound|8080||", "\"explicitHttpConfig\": {\"http2ProtocolOptions\": {}}", "")]
    public void Cluster_WhoseOfferIsNotOursToSay_IsLeft(string name, string options, string metadata)
    {
        var given = Cluster(name, options, metadata);

        Substituted.Equal(given, Substituted.Cluster(given));
    }

    [Fact]
    public void OutboundCluster_ForAProxyWithTheFilter_IsLeft()
    {
        var cluster = Substituted.Cluster("""{"name": "outbound|80||web"}""", Substituted.Without(KnownExtensions.IstioStats));

        Assert.Null(cluster["metadata"]);
    }

    private static string Cluster(string name, string options, string metadata) =>
        $$$$$$$$$"""
        {"name": "{{{{{{{{{name}}}}}}}}}", "metadata": {"filterMetadata": {"istio": { {{{{{{{{{metadata}}}}}}}}} }}},
         "typedExtensionProtocolOptions": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {"@type": "{{{{{{{{{Options}}}}}}}}}" {{{{{{{{{(options.Length == 0 ? "" : ", " + options)}}}}}}}}}}}}
        """;
}
