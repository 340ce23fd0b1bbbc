using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using ControlPlane.Testing.Processes;

namespace ControlPlane.Testing.Clusters;

/// <summary>
/// kube-apiserver and etcd on loopback, with RBAC, TokenRequest and TokenReview. There are no controllers: what a test wants to exist it
/// creates, namespaces that are deleted stay terminating, Services get no EndpointSlices.
/// </summary>
public sealed class RealApiServer : IAsyncDisposable
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("controlplane-cluster-").FullName;
    private readonly TestAuthority _users = new("users");
    private readonly RSA _tokenKey = RSA.Create(2048);
    private readonly int[] _ports = FreePorts.Take(3);
    private TestAuthority _serving = new("serving");
    private HttpClient? _http;
    private ExternalProcess? _etcd;
    private ExternalProcess? _server;

    private RealApiServer()
    {
    }

    /// <summary>Address of the API server; the same after a restart.</summary>
    public Uri Address => new($"https://127.0.0.1:{_ports[2]}");

    /// <summary>A kubeconfig file of a member of system:masters.</summary>
    public string AdminConfig => PathOf("admin.yaml");

    /// <summary>File with the authority of the server's certificate; follows <see cref="RollAuthority"/>.</summary>
    public string AuthorityFile => PathOf("serving-ca.crt");

    /// <summary>The last lines of the API server's log, for messages of failed tests.</summary>
    public string LogEnd => _server is null ? "killed" : string.Join('\n', _server.Output.Split('\n').TakeLast(20)) + (_server.HasExited ? "\nit has ended" : "");

    /// <summary>Starts both programs and waits until the API server is ready.</summary>
    public static async Task<RealApiServer> StartAsync()
    {
        var cluster = new RealApiServer();
        try
        {
            cluster.WriteFiles();
            cluster._etcd = ExternalProcess.Start(
                "etcd",
                [
                    "--data-dir", cluster.PathOf("etcd"), "--listen-client-urls", cluster.Etcd, "--advertise-client-urls", cluster.Etcd,
                    "--listen-peer-urls", $"http://127.0.0.1:{cluster._ports[1]}", "--initial-advertise-peer-urls", $"http://127.0.0.1:{cluster._ports[1]}",
                    "--initial-cluster", $"default=http://127.0.0.1:{cluster._ports[1]}", "--logger", "zap", "--log-level", "error",
                ],
                cluster._folder);
            await cluster.RestartAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Full path of a file of this cluster.</summary>
    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Ends the API server as kill -9 does.</summary>
    public async Task KillAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>Starts the API server at its old address, ending the one that runs, and waits until it is ready.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        _server = ExternalProcess.Start(ApiServerBinaries.ApiServer, Arguments(), _folder);
        using var http = Client();
        var deadline = DateTime.UtcNow + Patience;
        while (!await IsReadyAsync(http))
        {
            if (_server.HasExited || DateTime.UtcNow > deadline)
                throw new InvalidOperationException($"kube-apiserver does not become ready:\n{LogEnd}");
            await Task.Delay(50);
        }
    }

    /// <summary>Makes a new authority sign the server's certificate; the old one is no longer known to the server after the next restart.</summary>
    /// <param name="keepOld">Whether <see cref="AuthorityFile"/> names both, as in the middle of a rotation.</param>
    public void RollAuthority(bool keepOld)
    {
        var old = _serving.Pem;
        _serving.Dispose();
        _serving = new TestAuthority("serving");
        WriteServing(keepOld ? old : "");
    }

    /// <summary>Runs kubectl as the administrator; gives its output.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its output.</exception>
    public Task<string> KubectlAsync(params string[] arguments) => KubectlAsync(AdminConfig, arguments);

    /// <summary>Makes a request as the administrator; gives code and body.</summary>
    public async Task<(int Code, string Body)> SendAsync(HttpMethod method, string path, string body = "", string contentType = "application/json")
    {
        _http ??= Client();
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body.Length > 0)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(contentType));
        using var answer = await _http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Applies YAML as the administrator.</summary>
    public async Task ApplyAsync(string yaml)
    {
        var file = PathOf($"apply-{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(file, yaml);
        await KubectlAsync("apply", "--validate=false", "-f", file);
    }

    /// <summary>Writes a kubeconfig file for a bearer token that stands in a file.</summary>
    public string WriteConfig(string name, string tokenFile)
    {
        File.WriteAllText(PathOf(name), Config(AuthorityFile, $"tokenFile: {tokenFile}"));
        return PathOf(name);
    }

    /// <summary>
    /// Makes a token of a service account as TokenRequest does, but with any life time: the server gives none below ten minutes. The
    /// account must exist.
    /// </summary>
    public async Task<string> SignTokenAsync(string ns, string account, TimeSpan life, string audience = Issuer)
    {
        var uid = (await KubectlAsync("get", "serviceaccount", "-n", ns, account, "-o", "jsonpath={.metadata.uid}")).Trim();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["iss"] = Issuer, ["sub"] = $"system:serviceaccount:{ns}:{account}", ["aud"] = new[] { audience },
            ["iat"] = now - 1, ["nbf"] = now - 1, ["exp"] = now + (long)life.TotalSeconds,
            ["kubernetes.io"] = new Dictionary<string, object> { ["namespace"] = ns, ["serviceaccount"] = new { name = account, uid } },
        });
        var signed = $"{Base64Url("""{"alg":"RS256","typ":"JWT"}"""u8)}.{Base64Url(Encoding.UTF8.GetBytes(claims))}";
        var signature = _tokenKey.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        if (_etcd is not null)
            await _etcd.DisposeAsync();
        _http?.Dispose();
        _users.Dispose();
        _serving.Dispose();
        _tokenKey.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Etcd => $"http://127.0.0.1:{_ports[0]}";

    private static string Base64Url(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private async Task<string> KubectlAsync(string config, string[] arguments)
    {
        var (code, output) = await ExternalProcess.RunAsync("kubectl", ["--kubeconfig", config, .. arguments], Patience * 5, _folder);
        return code == 0 ? output : throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)}: {output}\nAPI server:\n{LogEnd}");
    }

    private void WriteFiles()
    {
        File.WriteAllText(PathOf("users-ca.crt"), _users.Pem);
        File.WriteAllText(PathOf("token.key"), _tokenKey.ExportPkcs8PrivateKeyPem());
        WriteServing("");
        var (certificate, key) = _users.Sign("O=system:masters, CN=admin");
        File.WriteAllText(PathOf("admin.crt"), certificate);
        File.WriteAllText(PathOf("admin.key"), key);
        File.WriteAllText(AdminConfig, Config(AuthorityFile, $"client-certificate: {PathOf("admin.crt")}\n    client-key: {PathOf("admin.key")}"));
    }

    private void WriteServing(string oldAuthority)
    {
        var (certificate, key) = _serving.Sign("CN=kube-apiserver");
        File.WriteAllText(PathOf("serving.crt"), certificate);
        File.WriteAllText(PathOf("serving.key"), key);
        File.WriteAllText(AuthorityFile, _serving.Pem + oldAuthority);
    }

    private string Config(string authority, string user) => $"""
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{"{"}name: test, context: {"{"}cluster: test, user: test{"}"}{"}"}]
        clusters:
        - name: test
          cluster:
            server: {Address}
            certificate-authority: {authority}
        users:
        - name: test
          user:
            {user}
        """;

    private string[] Arguments() =>
    [
        $"--etcd-servers={Etcd}", "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", $"--secure-port={_ports[2].ToString(CultureInfo.InvariantCulture)}",
        "--insecure-port=0", $"--tls-cert-file={PathOf("serving.crt")}", $"--tls-private-key-file={PathOf("serving.key")}",
        $"--client-ca-file={PathOf("users-ca.crt")}", $"--service-account-key-file={PathOf("token.key")}",
        $"--service-account-signing-key-file={PathOf("token.key")}", $"--service-account-issuer={Issuer}", $"--api-audiences={Issuer},istio-ca",
        // Fields of EndpointSlices that later servers have anyway.
        "--feature-gates=EndpointSliceNodeName=true,EndpointSliceTerminatingCondition=true",
        "--authorization-mode=RBAC", "--service-cluster-ip-range=10.96.0.0/12", "--endpoint-reconciler-type=none", "--allow-privileged",
        // Its tokens would come from a controller, and there is none.
        "--disable-admission-plugins=ServiceAccount", $"--cert-dir={PathOf("certs")}", "--profiling=false", "--v=0",
    ];

    private HttpClient Client()
    {
        var certificate = X509Certificate2.CreateFromPemFile(PathOf("admin.crt"), PathOf("admin.key"));
        var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator };
        handler.ClientCertificates.Add(X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null));
        var client = new HttpClient(handler) { BaseAddress = Address, Timeout = Patience };
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return client;
    }

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
