namespace ControlPlane.Model.Proxies;

/// <summary>Extensions that Istio's resources use and that a stock Envoy may lack.</summary>
public static class KnownExtensions
{
    /// <summary>HTTP and network filter istio.stats (stats.PluginConfig).</summary>
    public const string IstioStats = "istio.stats";

    /// <summary>HTTP filter istio.metadata_exchange (io.istio.http.peer_metadata.Config).</summary>
    public const string PeerMetadataHttp = "istio.peer_metadata";

    /// <summary>Network filter istio.metadata_exchange (envoy.tcp.metadataexchange.config.MetadataExchange).</summary>
    public const string MetadataExchangeTcp = "istio.metadata_exchange";

    /// <summary>HTTP filter istio.alpn.</summary>
    public const string Alpn = "istio.alpn";

    /// <summary>Private key provider cryptomb.</summary>
    public const string CryptoMb = "cryptomb";

    /// <summary>Network filter envoy.filters.network.mysql_proxy.</summary>
    public const string MySqlProxy = "envoy.filters.network.mysql_proxy";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [IstioStats, PeerMetadataHttp, MetadataExchangeTcp, Alpn, CryptoMb, MySqlProxy];
}
