using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Model.Delivery;

namespace ControlPlane.FeatureTests.Metrics;

/// <summary>Istio's control plane dashboard (manifests/addons/dashboards/pilot-dashboard): each series that it asks for is there, or it is said why not.</summary>
public sealed partial class DashboardTests
{
    /// <summary>The queries of the dashboard: series, and the labels by which they are summed.</summary>
    private static readonly (string Series, string[] Labels)[] Ours =
    [
        ("istio_build{component=\"pilot\"}", ["tag"]),
        ("pilot_xds_pushes", ["type"]),
        ("pilot_k8s_reg_events", ["type", "event"]),
        ("pilot_k8s_cfg_events", ["type", "event"]),
        ("pilot_push_triggers", ["type"]),
        ("pilot_xds", []),
        ("pilot_total_xds_rejects", ["type"]),
        ("pilot_total_xds_internal_errors", []),
        ("pilot_xds_push_time_bucket", ["le"]),
        ("pilot_xds_config_size_bytes_bucket", ["le"]),
        ("galley_validation_passed", []),
        ("galley_validation_failed", []),
        ("sidecar_injection_success_total", []),
        ("sidecar_injection_failure_total", []),
    ];

    /// <summary>Series that others export, and what says the same of this process.</summary>
    private static readonly (string Prefix, string Why, string Instead)[] Others =
    [
        ("container_", "measured by the kubelet (cAdvisor)", "process_resident_memory_bytes"),
        ("envoy_cluster_upstream_cx_active", "counted by the proxies", "pilot_xds"),
        ("go_memstats_stack_inuse_bytes", "Go's runtime; .NET does not count stacks apart", "process_resident_memory_bytes"),
        ("go_memstats_heap_inuse_bytes", "Go's runtime", "dotnet_gc_last_collection_memory_committed_size_bytes"),
        ("go_memstats_heap_alloc_bytes", "Go's runtime", "dotnet_gc_last_collection_heap_size_bytes"),
        ("go_memstats_alloc_bytes_total", "Go's runtime", "dotnet_gc_heap_total_allocated_bytes_total"),
        ("go_memstats_mallocs_total", "Go's runtime; .NET counts bytes, not objects", "dotnet_gc_heap_total_allocated_bytes_total"),
        ("go_goroutines", "Go's runtime", "dotnet_thread_pool_thread_count_total"),
    ];

    [Fact]
    public async Task Dashboard_OfIstiosControlPlane_HasDataForAllThatIsNotAnothersToCount()
    {
        using var folder = new Folder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=webhook", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        folder.Write("mesh/mesh.yaml", Meshes.Namespaces + "\n---\n" + Meshes.Service("web") + "\n---\n" + Route("one"));
        await using var server = await RunningServer.StartAsync(
            "--source", $"dir:{folder.Of("mesh")}", "--injection", "true", "--webhook-address", "127.0.0.1:0",
            "--webhook-tls-cert", folder.Write("tls.crt", certificate.ExportCertificatePem()), "--webhook-tls-key", folder.Write("tls.key", key.ExportPkcs8PrivateKeyPem()));
        using (var client = server.Connect())
        {
            await client.AckAsync(await client.AskAsync(XdsType.Cluster.TypeUrl()));
            folder.Write("mesh/more.yaml", Meshes.Service("more"));
            await client.NackAsync(await client.ReadAsync(), "not this one");
            folder.Write("mesh/third.yaml", Meshes.Service("third"));
            await client.AckAsync(await client.ReadAsync());
            await ReviewAsync(server, certificate.Thumbprint);

            var text = (await server.MonitoringAsync("/metrics")).Body;
            Assert.Empty(Ours.Where(wanted => !Has(text, wanted.Series, wanted.Labels)));
            Assert.True(Others.All(other => Has(text, other.Instead, [])), text);
            Assert.Empty(Others.Where(other => Regex.IsMatch(text, "^" + other.Prefix, RegexOptions.Multiline)));
            Assert.Matches("(?m)^pilot_push_triggers\\{type=\"service\"\\} [23]$", text);
            Assert.Contains("pilot_total_xds_internal_errors 0\n", text, StringComparison.Ordinal);
            Assert.Contains("galley_validation_failed", text, StringComparison.Ordinal);
        }
    }

    private static string Route(string name) =>
        $"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: {name}, namespace: shop}}\nspec: {{hosts: [web], http: [{{route: [{{destination: {{host: web}}}}]}}]}}\n";

    private static bool Has(string text, string series, string[] labels)
    {
        var name = series.Split('{')[0];
        var wanted = series.Contains('{', StringComparison.Ordinal) ? series[(name.Length + 1)..^1] : "";
        return text.Split('\n').Any(line =>
            (line.StartsWith(name + " ", StringComparison.Ordinal) || line.StartsWith(name + "{", StringComparison.Ordinal))
            && line.Contains(wanted, StringComparison.Ordinal)
            && labels.All(label => line.Contains($"{label}=\"", StringComparison.Ordinal)));
    }

    /// <summary>A pod and an object, each once good and once not.</summary>
    private static async Task ReviewAsync(RunningServer server, string thumbprint)
    {
        using var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, seen, _, _) => seen?.Thumbprint == thumbprint });
        const string pod = """{"metadata":{"name":"web"},"spec":{"containers":[{"name":"web","image":"web:1"}]}}""";
        const string bad = """{"metadata":{"name":"web","annotations":{"sidecar.istio.io/proxyCPU":"much"}},"spec":{"containers":[{"name":"web","image":"web:1"}]}}""";
        await PostAsync("/inject", pod);
        await PostAsync("/inject", bad);
        await PostAsync("/validate", """{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"a","namespace":"shop"},"spec":{"hosts":["web"],"http":[{"route":[{"destination":{"host":"web"}}]}]}}""");
        await PostAsync("/validate", """{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"a","namespace":"shop"},"spec":{"hosts":"web"}}""");

        async Task PostAsync(string path, string value)
        {
            using var content = new StringContent(
                $$"""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","namespace":"shop","operation":"CREATE","object":{{value}} } }""", new MediaTypeHeaderValue("application/json"));
            using var answer = await http.PostAsync(new Uri($"https://{server.Server.Addresses.Webhook}{path}"), content);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }
}
