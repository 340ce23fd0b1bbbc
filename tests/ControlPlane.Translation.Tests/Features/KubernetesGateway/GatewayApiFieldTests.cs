using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Tests.Support;
using Google.Protobuf.Reflection;
using K8S.Gateway.V1;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Features.KubernetesGateway;

/// <summary>Every field of a kind of the Gateway API that we know has an effect on some proxy, or the user is told that it has none.</summary>
public sealed class GatewayApiFieldTests
{
    private const string Group = "gateway.networking.k8s.io/";

    public static TheoryData<string, string[], string[]> Kinds => new()
    {
        {
            "Gateway",
            [
                """
                {"gatewayClassName":"istio","defaultScope":"All","infrastructure":{"labels":{"a":"b"}},"addresses":[{"type":"Hostname","value":"gateway"}],
                 "tls":{"backend":{"clientCertificateRef":{"name":"c"}},"frontend":{"default":{"validation":{"mode":"AllowInsecureFallback","caCertificateRefs":[{"group":"","kind":"Secret","name":"cert","namespace":"istio-system"}]}}}},
                 "listeners":[
                   {"name":"a","port":443,"protocol":"HTTPS","hostname":"a.example.com","tls":{"mode":"Terminate","certificateRefs":[{"group":"","kind":"Secret","name":"cert","namespace":"istio-system"}],"options":{"gateway.istio.io/tls-cipher-suites":"AES128-SHA"}},
                    "allowedRoutes":{"namespaces":{"from":"All"},"kinds":[{"group":"gateway.networking.k8s.io","kind":"HTTPRoute"}]}},
                   {"name":"b","port":80,"protocol":"HTTP","allowedRoutes":{"namespaces":{"from":"Selector","selector":{"matchLabels":{"team":"a"}}}}}]}
                """,
                """
                {"gatewayClassName":"istio","addresses":[{"type":"Hostname","value":"gateway"}],
                 "tls":{"frontend":{"perPort":[{"port":443,"tls":{"validation":{"mode":"AllowInsecureFallback","caCertificateRefs":[{"group":"","kind":"Secret","name":"cert","namespace":"istio-system"}]}}}]}},
                 "listeners":[{"name":"a","port":443,"protocol":"HTTPS","tls":{"certificateRefs":[{"name":"cert"}]},
                    "allowedRoutes":{"namespaces":{"from":"Selector","selector":{"matchExpressions":[{"key":"team","operator":"In","values":["a"]}]}}}},
                    {"name":"b","port":80,"protocol":"HTTPS","tls":{"mode":"Passthrough"}}]}
                """,
            ],
            // Reported as a whole.
            ["tls.backend.clientCertificateRef.name"]
        },
        {
            "HTTPRoute",
            [
                """
                {"parentRefs":[{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"kgw","namespace":"istio-system","sectionName":"http","port":80}],"hostnames":["a.example.com"],"useDefaultGateways":"All","rules":[
                  {"name":"n","sessionPersistence":{"type":"Cookie"},"matches":[{"path":{"type":"Exact","value":"/a"},"headers":[{"type":"Exact","name":"h","value":"v"}],"queryParams":[{"type":"RegularExpression","name":"q","value":"v"}],"method":"GET"}],
                   "filters":[{"type":"RequestHeaderModifier","requestHeaderModifier":{"set":[{"name":"a","value":"1"}],"add":[{"name":"b","value":"1"}],"remove":["c"]}},
                     {"type":"ResponseHeaderModifier","responseHeaderModifier":{"set":[{"name":"a","value":"1"}]}},{"type":"URLRewrite","urlRewrite":{"hostname":"h","path":{"type":"ReplaceFullPath","replaceFullPath":"/f"}}},
                     {"type":"CORS","cors":{"allowOrigins":["https://o"],"allowCredentials":true,"allowMethods":["GET"],"allowHeaders":["h"],"exposeHeaders":["e"],"maxAge":7}},
                     {"type":"RequestMirror","requestMirror":{"backendRef":{"name":"web","port":80},"percent":5}},{"type":"RequestMirror","requestMirror":{"backendRef":{"name":"web","port":80},"fraction":{"numerator":1,"denominator":3}}}],
                   "backendRefs":[{"group":"","kind":"Service","name":"web","namespace":"shop","port":80,"weight":2,"filters":[{"type":"RequestHeaderModifier","requestHeaderModifier":{"set":[{"name":"a","value":"1"}]}}]},{"name":"web","port":80,"weight":3}],
                   "timeouts":{"request":"2s","backendRequest":"1s"},"retry":{"codes":[503],"attempts":3,"backoff":"1s"}},
                  {"matches":[{"path":{"value":"/b"}}],"backendRefs":[{"name":"web","port":80}],"filters":[{"type":"URLRewrite","urlRewrite":{"path":{"type":"ReplacePrefixMatch","replacePrefixMatch":"/p"}}}]},
                  {"matches":[{"path":{"value":"/c"}}],"filters":[{"type":"RequestRedirect","requestRedirect":{"scheme":"https","hostname":"h","port":81,"statusCode":301,"path":{"type":"ReplacePrefixMatch","replacePrefixMatch":"/p"}}}]}]}
                """,
            ],
            []
        },
        {
            "GRPCRoute",
            [
                """
                {"parentRefs":[{"name":"kgw","namespace":"istio-system"}],"hostnames":["a.example.com"],"useDefaultGateways":"All","rules":[{"name":"n","sessionPersistence":{"type":"Cookie"},
                  "matches":[{"method":{"type":"RegularExpression","service":"s","method":"m"},"headers":[{"name":"h","value":"v"}]}],
                  "filters":[{"type":"ResponseHeaderModifier","responseHeaderModifier":{"set":[{"name":"a","value":"1"}]}}],"backendRefs":[{"name":"web","port":80}]}]}
                """,
            ],
            []
        },
        {
            "TLSRoute",
            ["""{"parentRefs":[{"name":"kgw","namespace":"istio-system"}],"hostnames":["a.example.com"],"useDefaultGateways":"All","rules":[{"backendRefs":[{"name":"web","port":80,"weight":2},{"name":"web","port":80}]}]}"""],
            []
        },
        {
            "BackendTLSPolicy",
            [
                """
                {"targetRefs":[{"group":"","kind":"Service","name":"web","sectionName":"http"}],"options":{"a":"b"},
                 "validation":{"hostname":"h","caCertificateRefs":[{"group":"","kind":"ConfigMap","name":"c"}],"subjectAltNames":[{"type":"Hostname","hostname":"s"},{"type":"URI","uri":"u"}]}}
                """,
                """{"targetRefs":[{"group":"","kind":"Service","name":"web"}],"validation":{"hostname":"h","wellKnownCACertificates":"Other"}}""",
            ],
            []
        },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_EveryFieldInTheSamples_IsReadOrReported(string kind, string[] samples, string[] silent)
    {
        var mesh = Mesh(kind);
        var ledger = new FieldLedger(Descriptor(kind), spec => Outcome(mesh, kind, spec));
        Assert.Equal(silent, ledger.SilentPlaces(samples));
    }

    private static MessageDescriptor Descriptor(string kind) => kind switch
    {
        "Gateway" => GatewaySpec.Descriptor,
        "HTTPRoute" => HttpRouteSpec.Descriptor,
        "GRPCRoute" => GrpcRouteSpec.Descriptor,
        "TLSRoute" => ConnectionRouteSpec.Descriptor,
        _ => BackendTlsPolicySpec.Descriptor,
    };

    private static ApiMesh Mesh(string kind)
    {
        var mesh = new ApiMesh().Certificate("istio-system", "cert");
        mesh.Mesh.Translated.Mesh.Put(
            Namespace("shop", "team=a"), Namespace("istio-system"), Service("shop", "web", "http:80 http-b:81"),
            new ConfigMap { Meta = Meta("shop", "c"), Data = Map("ca.crt=x") });
        if (kind != "Gateway")
        {
            mesh.Gateway(kind == "TLSRoute"
                ? """{"name":"tls","port":443,"protocol":"TLS","tls":{"mode":"Passthrough"},"allowedRoutes":{"namespaces":{"from":"All"}}}"""
                : ApiMesh.Http);
        }

        return kind == "Gateway" ? mesh.Route(ApiMesh.Rule("/")).Route(ApiMesh.Rule("/own"), @namespace: "istio-system") : mesh;
    }

    private static string? Outcome(ApiMesh mesh, string kind, string spec)
    {
        var (@namespace, name) = kind == "Gateway" ? ("istio-system", "kgw") : ("shop", "subject");
        mesh.Put(kind, @namespace, name, spec);
        var found = mesh.Mesh.Translated.Mesh.Get(FeatureCatalog.Diagnostics, (Group + kind, new ObjectKey(@namespace, name)));
        if (found.Any(d => d.Severity == Model.Diagnostics.Severity.Error))
            return null;
        var resources = new[] { XdsType.Listener, XdsType.Route, XdsType.Cluster }
            .SelectMany(t => mesh.Mesh.Translated.Set(t, mesh.Mesh.Proxy).Resources.Select(r => $"{t} {r.Name} {r.Version}"));
        return string.Join('\n', resources.Concat(found.Select(d => d.ToString()!)));
    }
}
