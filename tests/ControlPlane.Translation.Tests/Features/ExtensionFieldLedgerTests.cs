using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Features;
using ControlPlane.Translation.Features.EnvoyFilter;
using ControlPlane.Translation.Features.TrafficExtension;
using ControlPlane.Translation.Features.WasmPlugin;
using ControlPlane.Translation.Tests.Support;
using Google.Protobuf.Reflection;
using static ControlPlane.Testing.Meshes.Objects;
using static ControlPlane.Translation.Tests.Support.Patched;
using static ControlPlane.Translation.Tests.Support.Rules;

namespace ControlPlane.Translation.Tests.Features;

/// <summary>Every field of the kinds by which users change or extend proxies has an effect on some proxy, or the user is told that it has none.</summary>
public sealed class ExtensionFieldLedgerTests
{
    // A reference of another group or kind, or with a namespace, is refused.
    private static readonly string[] References = ["PolicyTargetReference.group", "PolicyTargetReference.kind", "PolicyTargetReference.namespace"];

    private static readonly ProxyDescriptor[] Proxies =
    [
        TranslatedMesh.Sidecar("shop", "10.1.0.1", "a-1", ("TIER", "\"edge\""), ("ZONE", "\"z\"")) with { SecretAccess = SecretAccess.Named },
        TranslatedMesh.Sidecar("shop", "10.9.0.9", "edge") with { Type = ProxyType.Router, Labels = Map("istio=ingressgateway;gateway.networking.k8s.io/gateway-name=g") },
    ];

    [Fact]
    public void EnvoyFilter_EveryField_IsReadOrReported()
    {
        var silent = Ledger("EnvoyFilter", Istio.Networking.V1Alpha3.EnvoyFilter.Descriptor, EnvoyFilters.Object).Silent(EnvoyFilterSamples);
        // Waypoints are reported as a whole.
        Assert.Equal(string.Join(' ', [.. References, "WaypointMatch.portNumber"]), string.Join(' ', silent));
    }

    [Fact]
    public void WasmPlugin_EveryField_IsReadOrReported() =>
        Assert.Equal(string.Join(' ', References), string.Join(' ', Ledger("WasmPlugin", Istio.Extensions.V1Alpha1.WasmPlugin.Descriptor, WasmPlugins.Object).Silent(
        [
            """
            {"selector":{"matchLabels":{"app":"a"}},"url":"oci://m","sha256":"6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b","imagePullPolicy":"Always",
             "imagePullSecret":"pull","verificationKey":"k","pluginConfig":{"a":1},"pluginName":"n","phase":"AUTHN","priority":0,"failStrategy":"FAIL_OPEN","type":"HTTP",
             "match":[{"mode":"SERVER"},{"ports":[{"number":81}]}],"vmConfig":{"env":[{"name":"A","value":"1"},{"name":"B","valueFrom":"HOST"}]}}
            """,
            """{"url":"oci://m","type":"NETWORK"}""",
            """{"url":"oci://m","targetRefs":[{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"g"}]}""",
            """{"url":"oci://m","targetRef":{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"g"}}""",
        ])));

    [Fact]
    public void TrafficExtension_EveryField_IsReadOrReported() =>
        Assert.Equal(string.Join(' ', References), string.Join(' ', Ledger("TrafficExtension", Istio.Extensions.V1Alpha1.TrafficExtension.Descriptor, TrafficExtensions.Object).Silent(
        [
            """
            {"selector":{"matchLabels":{"app":"a"}},"phase":"AUTHN","priority":0,"match":[{"mode":"SERVER"},{"ports":[{"number":81}]}],
             "wasm":{"url":"oci://m","sha256":"6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b","imagePullPolicy":"Always","imagePullSecret":"pull","verificationKey":"k",
               "pluginConfig":{"a":1},"pluginName":"n","failStrategy":"FAIL_OPEN","type":"HTTP","vmConfig":{"env":[{"name":"A","value":"1"},{"name":"B","valueFrom":"HOST"}]}}}
            """,
            """{"wasm":{"url":"oci://m","type":"NETWORK"}}""",
            """{"lua":{"inlineCode":"x"},"targetRefs":[{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"g"}]}""",
        ])));

    private static readonly string[] EnvoyFilterSamples =
    [
        """
        {"priority":0,"workloadSelector":{"labels":{"app":"a"}},"configPatches":[
          {"applyTo":"CLUSTER","match":{"context":"SIDECAR_OUTBOUND","proxy":{"proxyVersion":"^1.32","metadata":{"TIER":"edge","ZONE":"z"}},"cluster":{"service":"a.shop.svc.cluster.local","subset":"v1","portNumber":80}},
           "patch":{"operation":"MERGE","value":{"cleanup_interval":"3s"},"filterClass":"AUTHN"}},
          {"applyTo":"CLUSTER","match":{"cluster":{"name":"BlackHoleCluster"}},"patch":{"operation":"MERGE","value":{"cleanup_interval":"4s"}}},
          {"applyTo":"CLUSTER","match":{"context":"SIDECAR_INBOUND"},"patch":{"operation":"MERGE","value":{"cleanup_interval":"5s"}}},
          {"applyTo":"CLUSTER","patch":{"operation":"MERGE","value":{"alt_stat_name":"x"}}}]}
        """,
        """
        {"configPatches":[
          {"applyTo":"HTTP_FILTER","match":{"listener":{"portNumber":15006,"name":"virtualInbound"}},"patch":{"operation":"INSERT_FIRST","value":{"name":"never"}}},
          {"applyTo":"HTTP_FILTER","match":{"listener":{"portNumber":80,"portName":"p","name":"0.0.0.0_80"}},"patch":{"operation":"INSERT_FIRST","value":{"name":"x"}}},
          {"applyTo":"HTTP_FILTER","match":{"listener":{"filterChain":{"filter":{"name":"envoy.filters.network.http_connection_manager","subFilter":{"name":"envoy.filters.http.router"}}}}},
           "patch":{"operation":"INSERT_BEFORE","value":{"name":"y"}}},
          {"applyTo":"FILTER_CHAIN","match":{"listener":{"filterChain":{"name":"0.0.0.0_80","destinationPort":80,"transportProtocol":"raw_buffer","transportSocket":"t"}}},"patch":{"operation":"MERGE","value":{"name":"z"}}},
          {"applyTo":"FILTER_CHAIN","match":{"listener":{"filterChain":{"applicationProtocols":"istio"}}},"patch":{"operation":"MERGE","value":{"name":"v"}}},
          {"applyTo":"FILTER_CHAIN","match":{"listener":{"filterChain":{"sni":"a.example.com"}}},"patch":{"operation":"MERGE","value":{"name":"w"}}},
          {"applyTo":"LISTENER_FILTER","match":{"listener":{"listenerFilter":"envoy.filters.listener.tls_inspector"}},"patch":{"operation":"INSERT_BEFORE","value":{"name":"u"}}}]}
        """,
        """
        {"configPatches":[
          {"applyTo":"ROUTE_CONFIGURATION","match":{"context":"GATEWAY","routeConfiguration":{"name":"https.443.https.edge.shop","portNumber":443,"portName":"https","gateway":"shop/edge"}},
           "patch":{"operation":"MERGE","value":{"request_headers_to_remove":["x"]}}},
          {"applyTo":"HTTP_ROUTE","match":{"routeConfiguration":{"vhost":{"name":"a.shop.svc.cluster.local:80","domainName":"a","route":{"name":"default","action":"ROUTE"}}}},
           "patch":{"operation":"MERGE","value":{"stat_prefix":"x"}}},
          {"applyTo":"HTTP_ROUTE","match":{"routeConfiguration":{"vhost":{"route":{"action":"REDIRECT"}}}},"patch":{"operation":"MERGE","value":{"stat_prefix":"y"}}}]}
        """,
        """{"targetRefs":[{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"g"}],"configPatches":[{"applyTo":"CLUSTER","patch":{"operation":"MERGE","value":{"cleanup_interval":"3s"}}}]}""",
        """{"configPatches":[{"applyTo":"HTTP_FILTER","match":{"waypoint":{"portNumber":80,"filter":{"name":"f","subFilter":{"name":"s"}},"route":{"name":"r"}}},"patch":{"operation":"REMOVE"}}]}""",
    ];

    private static ConfigObject Module(string name, string phase) => new()
    {
        ApiVersion = "extensions.istio.io/v1alpha1", Kind = "WasmPlugin", Meta = Meta("shop", name, ageInDays: 5), SpecJson = $$"""{"url":"oci://other","phase":"{{phase}}","priority":0}""",
    };

    private static FieldLedger Ledger<TSpec>(string kind, MessageDescriptor descriptor, Derivation<ObjectKey, Parsed<TSpec>> read)
        where TSpec : class
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Put(
            Service("shop", "a", "http:80 auto:81", "10.96.0.1"), Pod("shop", "a-1", "10.1.0.1", "app=a;version=v1"), Slice("shop", "a", "http:8080 auto:8081", "10.1.0.1=a-1"),
            DestinationRuleOf("shop", "subsets", """{"host":"a","subsets":[{"name":"v1","labels":{"version":"v1"}}]}"""),
            EnvoyFilterOf("shop", "z", """{"configPatches":[{"applyTo":"CLUSTER","patch":{"operation":"MERGE","value":{"alt_stat_name":"second"}}}]}"""),
            Module("in-phase", "AUTHN"), Module("later", "STATS"),
            new Secret
            {
                Meta = Meta("shop", "pull"), Type = "kubernetes.io/dockerconfigjson", Base64Data = LabelMap.From([new(".dockerconfigjson", "e30=")]),
            },
            new ConfigObject
            {
                ApiVersion = "networking.istio.io/v1", Kind = "Gateway", Meta = Meta("shop", "edge"),
                SpecJson = """
                    {"selector":{"istio":"ingressgateway"},"servers":[
                      {"port":{"number":443,"protocol":"HTTPS","name":"https"},"hosts":["a.example.com"],"tls":{"mode":"SIMPLE","serverCertificate":"/c","privateKey":"/k"}}]}
                    """,
            });
        return new FieldLedger(descriptor, spec => Outcome(mesh, kind, spec, read));
    }

    /// <summary>What the proxies have and the user is told; null where the object is refused.</summary>
    private static string? Outcome<TSpec>(TranslatedMesh mesh, string kind, string spec, Derivation<ObjectKey, Parsed<TSpec>> read)
        where TSpec : class
    {
        var key = new ObjectKey("shop", "subject");
        mesh.Mesh.Put(new ConfigObject { ApiVersion = "v1", Kind = kind, Meta = Meta(key.Namespace, key.Name), SpecJson = spec });
        var parsed = mesh.Mesh.Get(read, key);
        if (parsed.Spec is null)
            return null;
        var resources = Proxies.SelectMany(p => new[] { XdsType.Listener, XdsType.Route, XdsType.Cluster, XdsType.ExtensionConfig }
            .SelectMany(t => mesh.Set(t, p).Resources.Select(r => $"{p.Id} {t} {r.Name} {r.Version}")));
        return string.Join('\n', resources.Concat(parsed.Diagnostics.Select(d => d.ToString()!)));
    }
}
