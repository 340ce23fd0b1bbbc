using System.Text.Json.Nodes;

namespace ControlPlane.Translation.Tests.Envoy.Capabilities;

/// <summary>Listeners with one HTTP connection manager, and the way back to it.</summary>
internal static class Managers
{
    public const string Router =
        """{"name": "envoy.filters.http.router", "typedConfig": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}""";

    public const string PeerMetadata =
        """
        {"name": "istio.metadata_exchange", "typedConfig": {"@type": "type.googleapis.com/udpa.type.v1.TypedStruct",
          "typeUrl": "type.googleapis.com/io.istio.http.peer_metadata.Config", "value": {"upstream_discovery": []}}}
        """;

    public const string Alpn =
        """
        {"name": "istio.alpn", "typedConfig": {"@type": "type.googleapis.com/istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
          "alpnOverride": [{"alpnOverride": ["istio-h2", "istio", "h2"], "upstreamProtocol": "HTTP2"}]}}
        """;

    public static string Stats(string settings = "") =>
        $$$$$$$$$"""{"name": "istio.stats", "typedConfig": {"@type": "type.googleapis.com/stats.PluginConfig" {{{{{{{{{settings}}}}}}}}}}}""";

    public static string Listener(string direction, string more, params string[] filters) =>
        $$$$$$$$$"""
        {"name": "l", "trafficDirection": "{{{{{{{{{direction}}}}}}}}}", "filterChains": [{"filters": [{"name": "hcm", "typedConfig": {
          "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
          "statPrefix": "x" {{{{{{{{{more}}}}}}}}}, "httpFilters": [{{{{{{{{{string.Join(", ", filters)}}}}}}}}}]}}]}]}
        """;

    public static JsonNode Of(JsonNode listener) => listener["filterChains"]![0]!["filters"]![0]!["typedConfig"]!;

    public static string[] FilterNames(JsonNode listener) => Of(listener)["httpFilters"]!.AsArray().Select(filter => filter!["name"]!.GetValue<string>()).ToArray();
}
