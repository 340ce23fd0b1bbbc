using ControlPlane.Model.Proxies;

namespace ControlPlane.Translation.Tests.Envoy.Capabilities;

public class HttpFilterSubstitutionTests
{
    [Theory]
    [InlineData(KnownExtensions.PeerMetadataHttp, new[] { "istio.alpn", "istio.stats", "envoy.filters.http.router" })]
    [InlineData(KnownExtensions.IstioStats, new[] { "istio.metadata_exchange", "istio.alpn", "envoy.filters.http.router" })]
    [InlineData(KnownExtensions.Alpn, new[] { "istio.metadata_exchange", "istio.alpn", "istio.stats", "envoy.filters.http.router" })]
    public void Manager_WithoutOneExtension_LosesItsFilterOnly(string missing, string[] expected)
    {
        var listener = Substituted.Listener(
            Managers.Listener("OUTBOUND", "", Managers.PeerMetadata, Managers.Alpn, Managers.Stats(), Managers.Router), Substituted.Without(missing));

        Assert.Equal(expected, Managers.FilterNames(listener));
    }

    [Fact]
    public void AlpnFilter_WithoutTheExtension_SetsTheOfferByClusterMetadataOrByTheRequest()
    {
        var listener = Substituted.Listener(Managers.Listener("OUTBOUND", "", Managers.Alpn, Managers.Router), Substituted.Without(KnownExtensions.Alpn));

        var config = Managers.Of(listener)["httpFilters"]![0]!["typedConfig"]!;
        Assert.Equal("type.googleapis.com/envoy.extensions.filters.http.set_filter_state.v3.Config", config["@type"]!.GetValue<string>());
        var offers = config["onRequestHeaders"]!.AsArray();
        Assert.All(offers, offer => Assert.Equal("envoy.network.application_protocols", offer!["objectKey"]!.GetValue<string>()));
        Assert.All(offers, offer => Assert.True(offer!["skipIfEmpty"]!.GetValue<bool>()));
        Assert.Contains("request.protocol == 'HTTP/2' ? 'istio-h2,istio,h2' : 'istio-http/1.1,istio,http/1.1'", Format(0), StringComparison.Ordinal);
        Assert.Contains("['istio']['alpn_override'] == 'false' ? ''", Format(0), StringComparison.Ordinal);
        Assert.Equal("%CLUSTER_METADATA(istio:alpn)%", Format(1));

        string Format(int at) => offers[at]!["formatString"]!["textFormatSource"]!["inlineString"]!.GetValue<string>();
    }

    [Fact]
    public void ConfigurationPerRoute_OfMissingFilters_IsDropped()
    {
        var routes = Substituted.Routes(
            """
            {"name": "80", "virtualHosts": [{"name": "v", "domains": ["*"],
              "typedPerFilterConfig": {"istio.stats": {"@type": "type.googleapis.com/stats.PluginConfig"},
                "envoy.filters.http.cors": {"@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy"}},
              "routes": [{"match": {"prefix": "/"}, "route": {"weightedClusters": {"clusters": [{"name": "c", "weight": 1,
                "typedPerFilterConfig": {"istio.alpn": {"@type": "type.googleapis.com/istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig"}}}]}}}]}]}
            """);

        var host = routes["virtualHosts"]![0]!;
        Assert.Equal("envoy.filters.http.cors", Assert.Single(host["typedPerFilterConfig"]!.AsObject()).Key);
        Assert.Null(host["routes"]![0]!["route"]!["weightedClusters"]!["clusters"]![0]!["typedPerFilterConfig"]);
    }
}
