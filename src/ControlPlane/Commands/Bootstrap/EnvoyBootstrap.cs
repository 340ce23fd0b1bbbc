using System.Net;
using System.Text.Json.Nodes;

namespace ControlPlane.Commands.Bootstrap;

/// <summary>
/// The bootstrap of an Envoy without Istio's agent: everything by ADS over TLS, the caller proven by a token that is added to each request, or by
/// a client certificate; readiness on 15021 and statistics on 15090, as Istio's sidecars have them.
/// </summary>
internal static class EnvoyBootstrap
{
    private const string Types = "type.googleapis.com/";
    private const string UpstreamTls = Types + "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
    private const string HttpOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    private const string ControlPlaneCluster = "xds-grpc", AdminCluster = "prometheus_stats", TokenSecret = "workload-token";
    private const int StatusPort = 15021, StatisticsPort = 15090;

    /// <summary>The bootstrap.</summary>
    public static JsonObject Write(BootstrapRequest request) => new()
    {
        ["node"] = Node(request),
        ["admin"] = new JsonObject { ["address"] = Address("127.0.0.1", request.AdminPort) },
        ["stats_config"] = Json("""{"stats_tags": [{"tag_name": "cluster_name", "regex": "^cluster\\.((.+?);\\.)"}, {"tag_name": "http_conn_manager_prefix", "regex": "^http\\.((.+?);\\.)"}]}"""),
        // As with Istio: Envoy's own limit, 100, refuses whole listeners for expressions that name an account of some length.
        ["layered_runtime"] = Json("""{"layers": [{"name": "limits", "static_layer": {"re2.max_program_size.error_level": 32768}}, {"name": "admin", "admin_layer": {}}]}"""),
        ["dynamic_resources"] = new JsonObject
        {
            ["ads_config"] = new JsonObject
            {
                ["api_type"] = request.StateOfTheWorld ? "GRPC" : "DELTA_GRPC",
                ["transport_api_version"] = "V3",
                ["set_node_on_first_message_only"] = true,
                ["grpc_services"] = new JsonArray(new JsonObject { ["envoy_grpc"] = new JsonObject { ["cluster_name"] = ControlPlaneCluster } }),
            },
            ["cds_config"] = Json("""{"ads": {}, "resource_api_version": "V3", "initial_fetch_timeout": "0s"}"""),
            ["lds_config"] = Json("""{"ads": {}, "resource_api_version": "V3", "initial_fetch_timeout": "0s"}"""),
        },
        ["static_resources"] = new JsonObject
        {
            ["clusters"] = new JsonArray(ControlPlane(request), Cluster(AdminCluster, "STATIC", "127.0.0.1", request.AdminPort)),
            ["listeners"] = new JsonArray(
                Listener("stats", StatisticsPort, "/stats/prometheus", rewrite: null), Listener("ready", StatusPort, "/healthz/ready", rewrite: "/ready")),
        },
    };

    /// <summary>The file from which Envoy learns where the token is; it reads a token that is replaced by renaming again.</summary>
    public static JsonObject WriteTokenSecret(string tokenFile) => new()
    {
        ["resources"] = new JsonArray(new JsonObject
        {
            ["@type"] = Types + "envoy.extensions.transport_sockets.tls.v3.Secret",
            ["name"] = TokenSecret,
            ["generic_secret"] = new JsonObject { ["secret"] = new JsonObject { ["filename"] = tokenFile } },
        }),
    };

    private static JsonObject Node(BootstrapRequest request)
    {
        // sidecar~IP~POD.NAMESPACE~DOMAIN: checked where the request is read.
        var parts = request.NodeId.Split('~');
        var at = parts[2].LastIndexOf('.');
        var (pod, space) = (parts[2][..at], parts[2][(at + 1)..]);
        var labels = new JsonObject();
        foreach (var (key, value) in request.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))
            labels[key] = value;
        return new JsonObject
        {
            ["id"] = request.NodeId,
            ["cluster"] = $"{request.ServiceAccount}.{space}",
            ["metadata"] = new JsonObject
            {
                ["NAME"] = pod, ["NAMESPACE"] = space, ["SERVICE_ACCOUNT"] = request.ServiceAccount, ["INSTANCE_IPS"] = parts[1],
                ["CLUSTER_ID"] = "Kubernetes", ["AGENT"] = "none", ["LABELS"] = labels,
            },
        };
    }

    private static JsonObject ControlPlane(BootstrapRequest request)
    {
        var cluster = Cluster(ControlPlaneCluster, IPAddress.TryParse(request.Host, out _) ? "STATIC" : "STRICT_DNS", request.Host, request.Port);
        var common = new JsonObject
        {
            ["alpn_protocols"] = new JsonArray("h2"),
            ["validation_context"] = new JsonObject
            {
                ["trusted_ca"] = new JsonObject { ["filename"] = request.RootFile },
                ["match_typed_subject_alt_names"] = new JsonArray(
                    new JsonObject { ["san_type"] = "DNS", ["matcher"] = new JsonObject { ["exact"] = request.ServerName } }),
            },
        };
        if (request.CertificateFile is { } certificate)
        {
            common["tls_certificates"] = new JsonArray(new JsonObject
            {
                ["certificate_chain"] = new JsonObject { ["filename"] = certificate }, ["private_key"] = new JsonObject { ["filename"] = request.KeyFile },
            });
        }

        cluster["transport_socket"] = new JsonObject
        {
            ["name"] = "envoy.transport_sockets.tls",
            ["typed_config"] = new JsonObject { ["@type"] = UpstreamTls, ["sni"] = request.ServerName, ["common_tls_context"] = common },
        };
        var options = Json("""{"explicit_http_config": {"http2_protocol_options": {"connection_keepalive": {"interval": "30s", "timeout": "10s"}}}}""");
        options["@type"] = Types + HttpOptions;
        if (request.TokenFile is not null)
            options["http_filters"] = TokenFilters(request.TokenSdsFile);
        cluster["typed_extension_protocol_options"] = new JsonObject { [HttpOptions] = options };
        return cluster;
    }

    private static JsonArray TokenFilters(string secretFile) => new(
        new JsonObject
        {
            ["name"] = "envoy.filters.http.credential_injector",
            ["typed_config"] = new JsonObject
            {
                ["@type"] = Types + "envoy.extensions.filters.http.credential_injector.v3.CredentialInjector",
                ["overwrite"] = true,
                ["credential"] = new JsonObject
                {
                    ["name"] = "envoy.http.injected_credentials.generic",
                    ["typed_config"] = new JsonObject
                    {
                        ["@type"] = Types + "envoy.extensions.http.injected_credentials.generic.v3.Generic",
                        ["header"] = "authorization",
                        ["header_value_prefix"] = "Bearer ",
                        ["credential"] = new JsonObject
                        {
                            ["name"] = TokenSecret,
                            ["sds_config"] = new JsonObject { ["path_config_source"] = new JsonObject { ["path"] = secretFile }, ["resource_api_version"] = "V3" },
                        },
                    },
                },
            },
        },
        new JsonObject
        {
            ["name"] = "envoy.filters.http.upstream_codec",
            ["typed_config"] = new JsonObject { ["@type"] = Types + "envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec" },
        });

    private static JsonObject Cluster(string name, string type, string host, int port) => new()
    {
        ["name"] = name,
        ["type"] = type,
        ["load_assignment"] = new JsonObject
        {
            ["cluster_name"] = name,
            ["endpoints"] = new JsonArray(new JsonObject
            {
                ["lb_endpoints"] = new JsonArray(new JsonObject { ["endpoint"] = new JsonObject { ["address"] = Address(host, port) } }),
            }),
        },
    };

    private static JsonObject Listener(string name, int port, string path, string? rewrite)
    {
        var route = new JsonObject { ["cluster"] = AdminCluster };
        if (rewrite is not null)
            route["prefix_rewrite"] = rewrite;
        return new JsonObject
        {
            ["name"] = name,
            ["address"] = Address("0.0.0.0", port),
            ["filter_chains"] = new JsonArray(new JsonObject
            {
                ["filters"] = new JsonArray(new JsonObject
                {
                    ["name"] = "envoy.filters.network.http_connection_manager",
                    ["typed_config"] = new JsonObject
                    {
                        ["@type"] = Types + "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                        ["stat_prefix"] = name,
                        ["http_filters"] = new JsonArray(Json("""{"name": "envoy.filters.http.router", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}""")),
                        ["route_config"] = new JsonObject
                        {
                            ["virtual_hosts"] = new JsonArray(new JsonObject
                            {
                                ["name"] = name, ["domains"] = new JsonArray("*"),
                                ["routes"] = new JsonArray(new JsonObject { ["match"] = new JsonObject { ["path"] = path }, ["route"] = route }),
                            }),
                        },
                    },
                }),
            }),
        };
    }

    private static JsonObject Address(string host, int port) =>
        new() { ["socket_address"] = new JsonObject { ["address"] = host, ["port_value"] = port } };

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
