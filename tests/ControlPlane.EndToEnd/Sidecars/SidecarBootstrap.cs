using System.Text.Json.Nodes;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>The bootstrap of an Envoy without Istio's agent, which gets everything by ADS.</summary>
internal static class SidecarBootstrap
{
    private const string ProtocolOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    /// <summary>A bootstrap.</summary>
    /// <param name="node">Id, cluster, locality and metadata.</param>
    /// <param name="controlPlane">Address of the ADS server, as Envoy writes it.</param>
    /// <param name="delta">Delta or state of the world.</param>
    public static JsonObject Of(JsonObject node, JsonObject controlPlane, bool delta) => new()
    {
        ["node"] = node,
        ["stats_config"] = Json("""{"stats_tags": [{"tag_name": "cluster_name", "regex": "^cluster\\.((.+?);\\.)"}]}"""),
        ["dynamic_resources"] = new JsonObject
        {
            ["ads_config"] = Json(
                """{"transport_api_version": "V3", "set_node_on_first_message_only": true, "grpc_services": [{"envoy_grpc": {"cluster_name": "xds-grpc"}}]}""",
                ("api_type", delta ? "DELTA_GRPC" : "GRPC")),
            ["cds_config"] = Json("""{"ads": {}, "resource_api_version": "V3", "initial_fetch_timeout": "0s"}"""),
            ["lds_config"] = Json("""{"ads": {}, "resource_api_version": "V3", "initial_fetch_timeout": "0s"}"""),
        },
        ["static_resources"] = new JsonObject
        {
            ["clusters"] = new JsonArray(ControlPlaneCluster(controlPlane)),
        },
    };

    public static JsonObject Pipe(string path) => new() { ["pipe"] = new JsonObject { ["path"] = path } };

    public static JsonObject Tcp(string address, int port) =>
        new() { ["socket_address"] = new JsonObject { ["address"] = address, ["port_value"] = port } };

    private static JsonObject ControlPlaneCluster(JsonObject address) => new()
    {
        ["name"] = "xds-grpc",
        ["load_assignment"] = new JsonObject
        {
            ["cluster_name"] = "xds-grpc",
            ["endpoints"] = new JsonArray(new JsonObject
            {
                ["lb_endpoints"] = new JsonArray(new JsonObject { ["endpoint"] = new JsonObject { ["address"] = address } }),
            }),
        },
        ["typed_extension_protocol_options"] = new JsonObject
        {
            [ProtocolOptions] = Json("""{"explicit_http_config": {"http2_protocol_options": {}}}""", ("@type", "type.googleapis.com/" + ProtocolOptions)),
        },
    };

    private static JsonObject Json(string text, params (string Key, string Value)[] more)
    {
        var json = JsonNode.Parse(text)!.AsObject();
        foreach (var (key, value) in more)
            json[key] = value;
        return json;
    }
}
