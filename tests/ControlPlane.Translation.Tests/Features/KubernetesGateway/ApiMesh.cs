using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Statuses;
using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Route.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Features.KubernetesGateway;

/// <summary>A mesh with an ingress gateway, for objects of the Gateway API.</summary>
internal sealed class ApiMesh
{
    public const string Http = """{"name": "http", "port": 80, "protocol": "HTTP", "allowedRoutes": {"namespaces": {"from": "All"}}}""";
    public const string Parent = """ "parentRefs": [{"name": "kgw", "namespace": "istio-system"}]""";
    public const string Web = """{"name": "web", "port": 80}""";

    private const string Group = "gateway.networking.k8s.io/";

    public GatewayMesh Mesh { get; } = new();

    public ApiMesh Put(string kind, string @namespace, string name, string spec, int age = 0)
    {
        Mesh.Put(Group + kind, @namespace, name, spec, age);
        return this;
    }

    /// <summary>A Gateway that the ingress gateway serves.</summary>
    public ApiMesh Gateway(string listeners = Http, string name = "kgw", string more = "", int age = 0) => Put(
        "Gateway", "istio-system", name, $$"""{"gatewayClassName": "istio", "addresses": [{"type": "Hostname", "value": "gateway"}], "listeners": [{{listeners}}]{{more}}}""", age);

    /// <summary>An HTTPRoute for it.</summary>
    public ApiMesh Route(string rules, string name = "route", string hostnames = "", string @namespace = "shop", string parents = Parent, int age = 0) =>
        Put("HTTPRoute", @namespace, name, $$"""{ {{parents}}, "hostnames": [{{hostnames}}], "rules": [{{rules}}]}""", age);

    /// <summary>A rule that sends a prefix to web.</summary>
    public static string Rule(string path, string more = "") => $$"""{"matches": [{"path": {"value": "{{path}}"} }], "backendRefs": [{{Web}}]{{more}} }""";

    public IEnumerable<string> Findings(string kind, string @namespace, string name) => Mesh.Translated.Mesh
        .Get(FeatureCatalog.Diagnostics, (Group + kind, new ObjectKey(@namespace, name)))
        .Select(d => $"{d.Code} {d.Field}");

    public ObjectStatus? Status(string kind, string @namespace, string name) =>
        Mesh.Translated.Mesh.Get(FeatureCatalog.Statuses, (Group + kind, new ObjectKey(@namespace, name)))?.Wanted;

    public VirtualHost Host(string name, string route = "http.8080") => Mesh.Route(route).VirtualHosts.Single(h => h.Name == name);

    /// <summary>The routes of clients of a namespace to a service.</summary>
    public VirtualHost Client(string @namespace, string port = "80", string host = "web.shop.svc.cluster.local:80") =>
        RouteConfiguration.Parser.ParseFrom(Mesh.Translated.Set(XdsType.Route, TranslatedMesh.Sidecar(@namespace), port).Find(port)!.Body.Span).VirtualHosts.Single(h => h.Name == host);

    /// <summary>A Secret with a certificate and its key.</summary>
    public ApiMesh Certificate(string @namespace, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(Epoch, Epoch.AddYears(10));
        return Secret(@namespace, name, certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public ApiMesh Secret(string @namespace, string name, string certificate, string key)
    {
        Mesh.Translated.Mesh.Put(new Secret
        {
            Meta = Meta(@namespace, name), Base64Data = Model.Collections.LabelMap.From([new("tls.crt", Encode(certificate)), new("tls.key", Encode(key)), new("ca.crt", Encode(certificate))]),
        });
        return this;
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
