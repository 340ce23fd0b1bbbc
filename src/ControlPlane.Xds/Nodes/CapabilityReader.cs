using ControlPlane.Model.Collections;
using ControlPlane.Model.Proxies;
using Envoy.Config.Core.V3;

namespace ControlPlane.Xds.Nodes;

/// <summary>Reads what a proxy can do from Node.extensions. Envoy gives type URLs there without the type.googleapis.com/ prefix.</summary>
internal static class CapabilityReader
{
    private const string AgentKey = "AGENT";
    private const string NoAgent = "none";

    // Set by Istio's agent and by nothing else.
    private const string AgentMark = "ISTIO_PROXY_SHA";
    private const string UrlPrefix = "type.googleapis.com/";

    private static readonly (string Extension, string Type, bool IsIstio)[] Types =
    [
        (KnownExtensions.IstioStats, "stats.PluginConfig", true),
        (KnownExtensions.PeerMetadataHttp, "io.istio.http.peer_metadata.Config", true),
        (KnownExtensions.MetadataExchangeTcp, "envoy.tcp.metadataexchange.config.MetadataExchange", true),
        (KnownExtensions.Alpn, "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig", true),
        (KnownExtensions.CryptoMb, "envoy.extensions.private_key_providers.cryptomb.v3alpha.CryptoMbPrivateKeyMethodConfig", false),
        (KnownExtensions.MySqlProxy, "envoy.extensions.filters.network.mysql_proxy.v3.MySQLProxy", false),
    ];

    /// <summary>
    /// What a node can't do. One that lists no extensions is an istio/proxyv2 or no Envoy at all. One that lists some, none of them
    /// Istio's, is a stock Envoy; without a trace of Istio's agent there is none.
    /// </summary>
    public static ProxyCapabilities Read(Node node)
    {
        var agent = MetadataText.Plain(node.Metadata?.Fields.GetValueOrDefault(AgentKey));
        var agentless = string.Equals(agent, NoAgent, StringComparison.OrdinalIgnoreCase);
        if (node.Extensions.Count == 0)
            return new ProxyCapabilities([], agentless);
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var extension in node.Extensions.Where(e => !e.Disabled))
        {
            foreach (var url in extension.TypeUrls)
                known.Add(url.StartsWith(UrlPrefix, StringComparison.Ordinal) ? url[UrlPrefix.Length..] : url);
        }

        var missing = Types.Where(t => !known.Contains(t.Type)).Select(t => t.Extension).Order(StringComparer.Ordinal).ToEquatableArray();
        var isStock = Types.All(t => !t.IsIstio || !known.Contains(t.Type));
        var hasAgent = agent.Length > 0 || node.Metadata?.Fields.ContainsKey(AgentMark) == true;
        return new ProxyCapabilities(missing, agentless || (isStock && !hasAgent));
    }
}
