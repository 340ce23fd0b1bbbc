using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Names;
using ControlPlane.Injection.Sidecar;

namespace ControlPlane.Injection.Agentless;

/// <summary>
/// Writes the bootstrap of an Envoy without an agent (envoy.config.bootstrap.v3.Bootstrap in JSON). What is known only when the pod runs stands in
/// it as $(NAME), which the kubelet replaces; a $( of the user's is escaped.
/// </summary>
internal static class AgentlessBootstrap
{
    /// <summary>Envoy's own statistics.</summary>
    public const int StatisticsPort = 15090;

    /// <summary>Where the pod's token is mounted.</summary>
    public const string TokenDirectory = "/var/run/secrets/tokens";

    private const int HealthPort = 15021;
    private const int AdminPort = 15000;
    private const string Admin = "prometheus_stats";
    private const string Types = "type.googleapis.com/";

    // Stands for $( of our own until the user's are escaped; is taken out of whatever the user says.
    private const string Own = "@kubelet@";

    /// <summary>The bootstrap, as an argument of a container.</summary>
    public static string Write(TemplateInput input, AgentlessProbes probes)
    {
        var listeners = new List<JsonObject>
        {
            Listener("stats", StatisticsPort, [Route("/stats/prometheus", null, Admin)]),
            Listener("ready", HealthPort, [Route("/healthz/ready", "/ready", Admin)]),
        };
        var clusters = new List<JsonObject> { Cluster(Admin, "127.0.0.1", AdminPort) };
        if (probes.Http.Count > 0 && ProxyConfigs.StatusPort(input.Mesh.ProxyDefaults) is > 0 and var port)
        {
            listeners.Add(Listener("probes", port, probes.Http.Select(probe => Route(probe.Key, probe.Value.Text("path") is { Length: > 0 } path ? path : "/", ClusterName(probe.Value)))));
            clusters.AddRange(probes.Http.Select(probe => probe.Value).DistinctBy(ClusterName).Select(Application));
        }

        var bootstrap = new JsonObject
        {
            ["node"] = Node(input),
            ["admin"] = new JsonObject { ["address"] = Address("127.0.0.1", AdminPort) },
            ["layered_runtime"] = Runtime(),
            ["dynamic_resources"] = Dynamic(input),
            ["static_resources"] = new JsonObject { ["listeners"] = JsonTree.ListOf(listeners), ["clusters"] = JsonTree.ListOf(clusters) },
        };
        AgentlessStatistics.Apply(bootstrap, input, static text => Clean(text).Replace("{pod_ip}", $"{Own}INSTANCE_IP)", StringComparison.Ordinal));
        return JsonText.Write(bootstrap).Replace("$(", "$$(", StringComparison.Ordinal).Replace(Own, "$(", StringComparison.Ordinal);
    }

    /// <summary>As with Istio: Envoy's own limit, 100, refuses whole listeners for expressions that name an account of some length.</summary>
    private static JsonObject Runtime() => new()
    {
        ["layers"] = new JsonArray(
            new JsonObject { ["name"] = "limits", ["static_layer"] = new JsonObject { ["re2.max_program_size.error_level"] = 32768 } },
            new JsonObject { ["name"] = "admin", ["admin_layer"] = new JsonObject() }),
    };

    private static JsonObject Node(TemplateInput input)
    {
        var labels = Labels(input);
        var metadata = new JsonObject
        {
            ["NAME"] = $"{Own}POD_NAME)", ["NAMESPACE"] = $"{Own}POD_NAMESPACE)", ["INSTANCE_IPS"] = $"{Own}INSTANCE_IP)",
            ["SERVICE_ACCOUNT"] = $"{Own}SERVICE_ACCOUNT)", ["NODE_NAME"] = $"{Own}NODE_NAME)", ["AGENT"] = "none",
            ["CLUSTER_ID"] = Clean(input.Environment.GetValueOrDefault(EnvironmentNames.ClusterId) ?? "Kubernetes"),
            ["MESH_ID"] = input.Values.Mesh.MeshId is { Length: > 0 } mesh ? mesh : input.Mesh.TrustDomain,
            ["INTERCEPTION_MODE"] = input.Mode, ["WORKLOAD_NAME"] = Clean(input.Owner.Name), ["LABELS"] = labels,
            ["PROXY_CONFIG"] = JsonText.Parse(ProxyConfigs.Write(input.ProxyConfig)),
        };
        if (input.Environment.TryGetValue(EnvironmentNames.Network, out var network))
            metadata["NETWORK"] = Clean(network);

        // As the agent does: ISTIO_META_X of the proxy's metadata is X of the node's.
        const string prefix = "ISTIO_META_";
        foreach (var (name, value) in input.ProxyMetadata.Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal)))
            metadata[name[prefix.Length..]] = Clean(value);
        return new JsonObject
        {
            ["id"] = $"sidecar~{Own}INSTANCE_IP)~{Own}POD_NAME).{Own}POD_NAMESPACE)~{Own}POD_NAMESPACE).svc.{input.Values.Proxy.ClusterDomain}",
            ["cluster"] = $"{Clean(JsonTree.Printed(labels[LabelNames.CanonicalName]))}.{Own}POD_NAMESPACE)",
            ["metadata"] = metadata,
        };
    }

    /// <summary>The pod's labels as they are after injection, sorted, so that a second injection gives the same.</summary>
    private static JsonObject Labels(TemplateInput input)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in input.Labels)
            labels[name] = value;
        foreach (var (name, value) in PodMetadata.CanonicalLabels(input, cut: true))
            labels[name] = JsonTree.Printed(value);
        labels[LabelNames.TlsMode] = PodMetadata.First(input, "istio", LabelNames.TlsMode);
        if (input.Environment.TryGetValue(EnvironmentNames.Network, out var network))
            labels[LabelNames.Network] = network;
        var result = new JsonObject();
        foreach (var (name, value) in labels)
            result[Clean(name)] = Clean(value);
        return result;
    }

    /// <summary>
    /// Everything by one stream. Google's gRPC client in Envoy reads the token's file for each stream, so that a token that the kubelet has
    /// replaced counts at once.
    /// </summary>
    private static JsonObject Dynamic(TemplateInput input)
    {
        const string plugin = "envoy.grpc_credentials.file_based_metadata";
        var service = new JsonObject
        {
            ["target_uri"] = input.ProxyConfig.Text("discoveryAddress"),
            ["stat_prefix"] = "xds-grpc",
            ["credentials_factory_name"] = plugin,
            ["channel_credentials"] = new JsonObject
            {
                ["ssl_credentials"] = new JsonObject { ["root_certs"] = new JsonObject { ["filename"] = "/var/run/secrets/istio/root-cert.pem" } },
            },
            ["call_credentials"] = JsonTree.ListOf(
            [
                new JsonObject
                {
                    ["from_plugin"] = new JsonObject
                    {
                        ["name"] = plugin,
                        ["typed_config"] = new JsonObject
                        {
                            ["@type"] = Types + "envoy.config.grpc_credential.v3.FileBasedMetadataConfig",
                            ["secret_data"] = new JsonObject { ["filename"] = TokenDirectory + "/istio-token" },
                            ["header_prefix"] = "Bearer ",
                        },
                    },
                },
            ]),
        };
        return new JsonObject
        {
            ["ads_config"] = new JsonObject
            {
                ["api_type"] = "DELTA_GRPC", ["transport_api_version"] = "V3", ["set_node_on_first_message_only"] = true,
                ["grpc_services"] = JsonTree.ListOf([new JsonObject { ["google_grpc"] = service }]),
            },
            ["cds_config"] = ByStream(),
            ["lds_config"] = ByStream(),
        };
    }

    private static JsonObject ByStream() => new() { ["ads"] = new JsonObject(), ["resource_api_version"] = "V3", ["initial_fetch_timeout"] = "0s" };

    private static string ClusterName(JsonObject action) =>
        $"probe|{action.Whole("port")}|{(IsTls(action) ? "tls" : "plain")}";

    private static bool IsTls(JsonObject action) => action.Text("scheme") == "HTTPS";

    /// <summary>The application on the pod's own address. From 127.0.0.6 or ::6, which interception leaves alone; certificates are not checked, as the kubelet does not.</summary>
    private static JsonObject Application(JsonObject action)
    {
        var cluster = Cluster(ClusterName(action), $"{Own}INSTANCE_IP)", action.Whole("port") ?? 0);
        cluster["upstream_bind_config"] = new JsonObject
        {
            ["source_address"] = new JsonObject { ["address"] = "127.0.0.6", ["port_value"] = 0 },
            ["extra_source_addresses"] = JsonTree.ListOf([new JsonObject { ["address"] = new JsonObject { ["address"] = "::6", ["port_value"] = 0 } }]),
        };
        if (IsTls(action))
        {
            cluster["transport_socket"] = new JsonObject
            {
                ["name"] = "envoy.transport_sockets.tls",
                ["typed_config"] = new JsonObject { ["@type"] = Types + "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext" },
            };
        }

        return cluster;
    }

    private static JsonObject Cluster(string name, string address, long port) => new()
    {
        ["name"] = name,
        ["type"] = "STATIC",
        ["load_assignment"] = new JsonObject
        {
            ["cluster_name"] = name,
            ["endpoints"] = JsonTree.ListOf([new JsonObject { ["lb_endpoints"] = JsonTree.ListOf([new JsonObject { ["endpoint"] = new JsonObject { ["address"] = Address(address, port) } }]) }]),
        },
    };

    private static JsonObject Route(string path, string? rewrite, string cluster)
    {
        var action = new JsonObject { ["cluster"] = cluster };
        if (rewrite is not null)
            action["regex_rewrite"] = new JsonObject { ["pattern"] = new JsonObject { ["regex"] = ".*" }, ["substitution"] = Clean(rewrite).Replace("\\", "\\\\", StringComparison.Ordinal) };
        return new JsonObject { ["match"] = new JsonObject { ["path"] = Clean(path) }, ["route"] = action };
    }

    private static JsonObject Listener(string name, int port, IEnumerable<JsonObject> routes) => new()
    {
        ["name"] = name,
        // The pod's own address, of whichever family: the kubelet and Prometheus ask there.
        ["address"] = Address($"{Own}INSTANCE_IP)", port),
        ["filter_chains"] = JsonTree.ListOf(
        [
            new JsonObject
            {
                ["filters"] = JsonTree.ListOf(
                [
                    new JsonObject
                    {
                        ["name"] = "envoy.filters.network.http_connection_manager",
                        ["typed_config"] = new JsonObject
                        {
                            ["@type"] = Types + "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                            ["stat_prefix"] = name,
                            ["route_config"] = new JsonObject
                            {
                                ["virtual_hosts"] = JsonTree.ListOf([new JsonObject { ["name"] = name, ["domains"] = JsonTree.Texts("*"), ["routes"] = JsonTree.ListOf(routes) }]),
                            },
                            ["http_filters"] = JsonTree.ListOf(
                            [
                                new JsonObject
                                {
                                    ["name"] = "envoy.filters.http.router",
                                    ["typed_config"] = new JsonObject { ["@type"] = Types + "envoy.extensions.filters.http.router.v3.Router" },
                                },
                            ]),
                        },
                    },
                ]),
            },
        ]),
    };

    private static JsonObject Address(string host, long port) =>
        new() { ["socket_address"] = new JsonObject { ["address"] = host, ["port_value"] = port } };

    private static string Clean(string text) => text.Replace(Own, "", StringComparison.Ordinal);
}
