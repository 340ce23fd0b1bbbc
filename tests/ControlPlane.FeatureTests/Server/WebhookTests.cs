using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.FeatureTests.Support;
using ControlPlane.Kubernetes.Files.Yaml;

namespace ControlPlane.FeatureTests.Server;

/// <summary>The webhooks of a whole server, over TLS.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private const string Mesh = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio, namespace: istio-system}
        data: {mesh: "trustDomain: corp.example\ndefaultConfig: {concurrency: 7}"}

        """;

    /// <summary>How long an API server waits for a webhook.</summary>
    private static readonly TimeSpan LongestReview = TimeSpan.FromSeconds(10);

    private readonly Folder _folder = new();
    private RunningServer _server = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=webhook", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        _folder.Write("mesh/mesh.yaml", Mesh);
        _server = await RunningServer.StartAsync(
            "--source", $"dir:{_folder.Of("mesh")}", "--injection", "true", "--webhook-address", "127.0.0.1:0",
            "--webhook-tls-cert", _folder.Write("tls.crt", certificate.ExportCertificatePem()), "--webhook-tls-key", _folder.Write("tls.key", key.ExportPkcs8PrivateKeyPem()),
            "--injection-values", _folder.Write("values.yaml", "global: {hub: registry.example, tag: '9'}"));
        var thumbprint = certificate.Thumbprint;
        _client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, seen, _, _) => seen?.Thumbprint == thumbprint })
        {
            BaseAddress = new Uri($"https://{_server.Server.Addresses.Webhook}"),
        };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Review_OfAPod_IsAnsweredByMeshConfigurationAndValues()
    {
        var (status, body) = await PostAsync("/inject/cluster/east", Review());
        Assert.Equal(HttpStatusCode.OK, status);
        var patch = Encoding.UTF8.GetString(Convert.FromBase64String(JsonNode.Parse(body)!["response"]!["patch"]!.ToString()));
        Assert.Contains("registry.example/proxyv2:9", patch, StringComparison.Ordinal);
        Assert.Contains("corp.example", patch, StringComparison.Ordinal);
        Assert.Contains("\\\"concurrency\\\":7", patch, StringComparison.Ordinal);
        Assert.Contains("east", patch, StringComparison.Ordinal);
        Assert.Contains("sidecar_injection_success_total 1", (await _server.MonitoringAsync("/metrics")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MeshConfiguration_Changed_CountsForTheNextPod()
    {
        _folder.Write("mesh/mesh.yaml", Mesh.Replace("corp.example", "new.example", StringComparison.Ordinal));
        for (var deadline = DateTime.UtcNow.AddSeconds(60); ;)
        {
            var (_, body) = await PostAsync("/inject", Review());
            if (Encoding.UTF8.GetString(Convert.FromBase64String(JsonNode.Parse(body)!["response"]!["patch"]!.ToString())).Contains("new.example", StringComparison.Ordinal))
                return;
            Assert.True(DateTime.UtcNow < deadline, "the change did not arrive");
        }
    }

    [Theory]
    [InlineData("VirtualService", "{hosts: [web], http: [{route: [{destination: {host: web}, weight: -3}]}]}")]
    [InlineData("VirtualService", "{hosts: web}")]
    [InlineData("VirtualService", "{hosts: [web], http: [{route: [{destination: {host: web}}], timeOuts: 3s}]}")]
    [InlineData("DestinationRule", "{host: '*', trafficPolicy: {outlierDetection: {baseEjectionTime: 1us}}}")]
    [InlineData("Gateway", "{servers: []}")]
    [InlineData("ServiceEntry", "{hosts: ['*'], ports: [{number: 0}]}")]
    [InlineData("Sidecar", "{egress: [{hosts: ['a/b/c']}]}")]
    [InlineData("EnvoyFilter", "{configPatches: 1}")]
    [InlineData("ProxyConfig", "{concurrency: many}")]
    [InlineData("ProxyConfig", "{image: {imageType: debug, tag: x}, concurency: 3}")]
    public async Task Object_ThatIsReviewed_HasTheFindingsOfAnalyze(string kind, string spec)
    {
        _folder.Write("analyzed/object.yaml", $"apiVersion: networking.istio.io/{kind switch { "EnvoyFilter" => "v1alpha3", "ProxyConfig" => "v1beta1", _ => "v1" }}\nkind: {kind}\nmetadata: {{name: a, namespace: shop}}\nspec: {spec}\n");
        var analyzed = JsonNode.Parse((await Support.Cli.RunAsync("analyze", "--source", $"dir:{_folder.Of("analyzed")}", "-o", "json")).Output)!;
        var findings = Findings(analyzed).ToList();
        Assert.NotEmpty(findings);

        var value = JsonNode.Parse(YamlDocument.ReadOne(await File.ReadAllTextAsync(_folder.Of("analyzed", "object.yaml"))).Span)!;
        var review = JsonNode.Parse(Review())!;
        review["request"]!["object"] = value;
        var response = JsonNode.Parse((await PostAsync("/validate", review.ToJsonString())).Body)!["response"]!;
        var isRefused = findings.Any(finding => finding.Severity == "error");
        Assert.Equal(!isRefused, response["allowed"]!.GetValue<bool>());
        var text = isRefused ? response["status"]!["message"]!.ToString() : string.Join('\n', response["warnings"]!.AsArray().Select(w => w!.ToString()));
        foreach (var finding in findings.Where(finding => finding.Severity == "error" == isRefused))
            Assert.Contains(finding.Message[..Math.Min(finding.Message.Length, 150)], text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Object_OfTheGreatestSize_IsReviewedInTime()
    {
        var routes = string.Join(',', Enumerable.Range(0, 12_000).Select(i => $$$"""{"match":[{"uri":{"exact":"/{{{i}}}"}}],"route":[{"destination":{"host":"web-{{{i}}}"}}]}"""));
        var review = JsonNode.Parse(Review())!;
        review["request"]!["object"] = JsonNode.Parse($$$"""{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"a","namespace":"shop"},"spec":{"hosts":["web"],"http":[{{{routes}}}]}}""");
        var text = review.ToJsonString();

        // What it costs it costs each time; what a busy machine adds comes and goes.
        var took = TimeSpan.MaxValue;
        for (var tries = 0; tries < 3 && took > LongestReview; tries++)
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            var (status, body) = await PostAsync("/validate", text);
            took = System.Diagnostics.Stopwatch.GetElapsedTime(started);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.True(JsonNode.Parse(body)!["response"]!["allowed"]!.GetValue<bool>(), body[..Math.Min(body.Length, 500)]);
        }

        Assert.True(took < LongestReview, $"{took} is longer than the API server waits");
    }

    [Theory]
    [InlineData("text/plain", "{}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json", "{", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{}", HttpStatusCode.BadRequest)]
    public async Task Request_ThatIsNoReview_IsRefused(string type, string body, HttpStatusCode expected) =>
        Assert.Equal(expected, (await PostAsync("/inject", body, type)).Status);

    [Fact]
    public async Task Request_ThatIsTooLarge_IsRefused() =>
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync("/inject", new string(' ', (8 * 1024 * 1024) + 1))).Status);

    [Fact]
    public async Task Request_WhoseBodyDoesNotCome_IsGivenUp()
    {
        var address = _server.Server.Addresses.Webhook!;
        using var socket = new TcpClient();
        await socket.ConnectAsync(address);
        await using var stream = new SslStream(socket.GetStream(), false, static (_, _, _, _) => true);
        await stream.AuthenticateAsClientAsync("localhost");
        await stream.WriteAsync("POST /inject HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"u8.ToArray());
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var answer = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Contains("408", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherEndpoints_OnTheWebhooksAddress_AreNotThere() => Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync(new Uri("/metrics", UriKind.Relative))).StatusCode);

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string body, string type = "application/json")
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue(type));
        using var answer = await _client.PostAsync(new Uri(path, UriKind.Relative), content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>All but those about references to other objects (CP012x), which may come after this one.</summary>
    private static IEnumerable<(string Severity, string Message)> Findings(JsonNode analyzed) =>
        analyzed.AsArray().Where(finding => !finding!["code"]!.ToString().StartsWith("CP012", StringComparison.Ordinal))
            .Select(finding => (finding!["severity"]!.ToString(), finding["message"]!.ToString()));

    private static string Review() => """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","namespace":"shop","operation":"CREATE",
         "object":{"metadata":{"name":"web"},"spec":{"containers":[{"name":"web","image":"web:1"}]}}}}
        """;
}
