using ControlPlane.Model.Proxies;

namespace ControlPlane.Translation.Tests.Envoy.Capabilities;

public class MetadataExchangeSubstitutionTests
{
    private const string Filter =
        """
        {"name": "istio.metadata_exchange", "typedConfig": {"@type": "type.googleapis.com/udpa.type.v1.TypedStruct",
          "typeUrl": "type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange", "value": {"protocol": "istio-peer-exchange"}}}
        """;

    [Fact]
    public void Cluster_WithoutTheExtension_LosesFilterAndProtocolInEverySocket()
    {
        var cluster = Substituted.Cluster(
            $$$$$$$$$"""
            {"name": "c", "filters": [{{{{{{{{{Filter}}}}}}}}}],
             "transportSocket": {{{{{{{{{Tls("Upstream")}}}}}}}}},
             "transportSocketMatches": [{"name": "tlsMode-istio", "match": {"tlsMode": "istio"}, "transportSocket": {"name": "pp", "typedConfig": {
                "@type": "type.googleapis.com/envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport",
                "transportSocket": {{{{{{{{{Tls("Upstream")}}}}}}}}}}}}]}
            """,
            Substituted.Without(KnownExtensions.MetadataExchangeTcp));

        Assert.Null(cluster["filters"]);
        Substituted.Equal("""["istio", "h2"]""", cluster["transportSocket"]!["typedConfig"]!["commonTlsContext"]!["alpnProtocols"]);
        var inner = cluster["transportSocketMatches"]![0]!["transportSocket"]!["typedConfig"]!["transportSocket"]!;
        Substituted.Equal("""["istio", "h2"]""", inner["typedConfig"]!["commonTlsContext"]!["alpnProtocols"]);
    }

    [Fact]
    public void Listener_WithoutTheExtension_KeepsWhatItsChainsMatch()
    {
        var listener = Substituted.Listener(
            $$$$$$$$$"""
            {"name": "l", "filterChains": [{
               "filterChainMatch": {"applicationProtocols": ["istio-peer-exchange", "istio"]},
               "filters": [{{{{{{{{{Filter}}}}}}}}}, {"name": "echo", "typedConfig": {"@type": "type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo"}}],
               "transportSocket": {{{{{{{{{Tls("Downstream")}}}}}}}}}}],
             "defaultFilterChain": {"filters": [{{{{{{{{{Filter}}}}}}}}}]}}
            """,
            Substituted.Without(KnownExtensions.MetadataExchangeTcp));

        var chain = listener["filterChains"]![0]!;
        Substituted.Equal("""["istio-peer-exchange", "istio"]""", chain["filterChainMatch"]!["applicationProtocols"]);
        Assert.Equal("echo", Assert.Single(chain["filters"]!.AsArray())!["name"]!.GetValue<string>());
        Substituted.Equal("""["istio", "h2"]""", chain["transportSocket"]!["typedConfig"]!["commonTlsContext"]!["alpnProtocols"]);
        Substituted.Equal("{}", listener["defaultFilterChain"]);
    }

    [Fact]
    public void Listener_WithTheExtension_KeepsFilterAndProtocol()
    {
        var listener = Substituted.Listener(
            $$$$$$$$$"""{"name": "l", "filterChains": [{"filters": [{{{{{{{{{Filter}}}}}}}}}], "transportSocket": {{{{{{{{{Tls("Downstream")}}}}}}}}}}]}""",
            Substituted.Without(KnownExtensions.Alpn));

        Assert.Single(listener["filterChains"]![0]!["filters"]!.AsArray());
        Substituted.Equal(
            """["istio-peer-exchange", "istio", "h2"]""",
            listener["filterChains"]![0]!["transportSocket"]!["typedConfig"]!["commonTlsContext"]!["alpnProtocols"]);
    }

    private static string Tls(string side) =>
        $$$$$$$$$"""
        {"name": "tls", "typedConfig": {"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.{{{{{{{{{side}}}}}}}}}TlsContext",
          "commonTlsContext": {"alpnProtocols": ["istio-peer-exchange", "istio", "h2"]}}}
        """;
}
