using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Pipeline.Tests.Properties;

/// <summary>Random objects by which users change or extend proxies: all kinds of patches, few names, so that they meet.</summary>
internal static class RandomExtensions
{
    private const string Manager = "envoy.filters.network.http_connection_manager";

    private static readonly string[] Contexts = ["ANY", "SIDECAR_INBOUND", "SIDECAR_OUTBOUND", "GATEWAY"];

    public static ModelChange NextEnvoyFilter(Random random)
    {
        var selector = random.Next(2) == 0 ? "" : $$""" "workloadSelector":{"labels":{"app":"{{Pick(random, "a", "b")}}"} }, """;
        var patches = Enumerable.Range(0, 1 + random.Next(3)).Select(_ => NextPatch(random));
        return Change(random, "EnvoyFilter", $"patches-{random.Next(4)}", $$"""
            { {{selector}} "priority":{{random.Next(3) - 1}},"configPatches":[{{string.Join(',', patches)}}]}
            """);
    }

    public static ModelChange NextExtension(Random random) => random.Next(3) == 0
        ? Change(random, "TrafficExtension", "script", """{"lua":{"inlineCode":"function envoy_on_request(h) end"},"match":[{"mode":"SERVER"}]}""")
        : Change(random, "WasmPlugin", $"module-{random.Next(2)}", $$"""
            {"url":"oci://m","type":"{{Pick(random, "HTTP", "NETWORK")}}","phase":"{{Pick(random, "AUTHN", "STATS")}}","priority":{{random.Next(3)}},
             "match":[{"ports":[{"number":{{Pick(random, "80", "8000", "443")}} }]},{"mode":"{{Pick(random, "CLIENT", "SERVER")}}"}]}
            """);

    private static string NextPatch(Random random)
    {
        var (kind, match, patch) = random.Next(9) switch
        {
            0 => ("CLUSTER", $$""" "cluster":{"portNumber":{{Pick(random, "80", "8000")}} } """, """ "operation":"MERGE","value":{"connect_timeout":"7s"} """),
            1 => ("CLUSTER", $$""" "cluster":{"service":"svc-{{random.Next(4)}}.shop.svc.cluster.local"} """, Pick(random, """ "operation":"REMOVE" """, """ "operation":"MERGE","value":{"alt_stat_name":"x"} """)),
            2 => ("LISTENER", """ "listener":{} """, """ "operation":"ADD","value":{"name":"own","address":{"socket_address":{"address":"127.0.0.1","port_value":19001} } } """),
            8 => ("CLUSTER", """ "cluster":{} """, $$""" "operation":"ADD","value":{"name":"outbound|80||svc-{{random.Next(2)}}.shop.svc.cluster.local","type":"STATIC","connect_timeout":"{{1 + random.Next(3)}}s"} """),
            3 => ("LISTENER", $$""" "listener":{"portNumber":{{Pick(random, "80", "8000", "15006")}} } """, Pick(random, """ "operation":"REMOVE" """, """ "operation":"MERGE","value":{"tcp_backlog_size":5} """)),
            4 => ("HTTP_FILTER", $$""" "listener":{"filterChain":{"filter":{"name":"{{Manager}}","subFilter":{"name":"envoy.filters.http.router"} } } } """, """ "operation":"INSERT_BEFORE","value":{"name":"mine"} """),
            5 => ("VIRTUAL_HOST", """ "routeConfiguration":{} """, """ "operation":"MERGE","value":{"require_tls":"NONE","request_headers_to_remove":["x"]} """),
            6 => ("HTTP_ROUTE", """ "routeConfiguration":{"vhost":{"route":{"action":"ROUTE"} } } """, """ "operation":"MERGE","value":{"stat_prefix":"s"} """),
            _ => ("EXTENSION_CONFIG", """ "cluster":{} """, $$""" "operation":"ADD","value":{"name":"e-{{random.Next(2)}}","typed_config":{"@type":"type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer","max_request_bytes":5} } """),
        };
        var proxy = random.Next(4) == 0 ? """ "proxy":{"proxyVersion":"^1\\.32","metadata":{"TIER":"edge"} }, """ : "";
        return $$"""{"applyTo":"{{kind}}","match":{ {{proxy}} "context":"{{Pick(random, Contexts)}}",{{match}} },"patch":{ {{patch}} } }""";
    }

    private static ModelChange Change(Random random, string kind, string name, string spec)
    {
        var key = new ObjectKey(Pick(random, "istio-system", "shop", "other"), name);
        if (random.Next(3) == 0)
            return new ModelChange.Delete(Tables.Config(kind), key);
        return ModelChange.Upsert.Of(Tables.Config(kind), new ConfigObject
        {
            Meta = new ObjectMeta { Namespace = key.Namespace, Name = key.Name, CreationTime = new DateTime(2026, 1, 1 + random.Next(3), 0, 0, 0, DateTimeKind.Utc) },
            ApiVersion = "v1",
            Kind = kind,
            SpecJson = spec,
        });
    }

    private static string Pick(Random random, params string[] from) => from[random.Next(from.Length)];
}
