using ControlPlane.EndToEnd.Sidecars;
using ControlPlane.Testing.Clusters;
using ControlPlane.Testing.Processes;

namespace ControlPlane.EndToEnd.Proxyless;

/// <summary>
/// A control plane with an authority, and a gRPC server and clients of gRPC's C-core that take security from their bootstrap: files with keys and
/// certificates that the authority signed, and the xDS answers that say when to use them.
/// </summary>
internal sealed class SecureProxylessMesh : IAsyncDisposable
{
    private const int ServicePort = 7070;
    private const string ServerAddress = "127.0.0.1";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly MeshDirectory _directory = new();
    private readonly string _files = Directory.CreateTempSubdirectory("grpc-").FullName;
    private ControlPlaneProcess? _controlPlane;

    /// <summary>What a client dials.</summary>
    public static string Target => $"xds:///web.shop.svc.cluster.local:{ServicePort}";

    /// <summary>The server's port.</summary>
    public int Port { get; } = FreePorts.Take(1)[0];

    public string Log => _controlPlane!.Log;

    /// <summary>Starts the control plane; the server's pod is web-1 with the service account web.</summary>
    /// <param name="mode">What PeerAuthentication says.</param>
    public static async Task<SecureProxylessMesh> StartAsync(string mode)
    {
        var mesh = new SecureProxylessMesh();
        mesh._directory.WriteMesh();
        mesh.SetMode(mode);
        mesh._directory.WritePod("web-1", ServerAddress, "v1", mutualTls: true);
        mesh._directory.WriteService("web", "10.96.0.11", ("grpc", ServicePort, mesh.Port));
        mesh._directory.WriteEndpoints("web", [("grpc", mesh.Port)], ("web-1", ServerAddress));
        mesh._controlPlane = await ControlPlaneProcess.StartAsync(
            mesh._directory.Path,
            [
                "--data-dir", mesh.FileOf("data"), "--xds-address", "127.0.0.1:0", "--secure-xds-address", "127.0.0.1:0", "--http-address", "127.0.0.1:0",
                "--monitoring-address", "127.0.0.1:0",
            ]);
        return mesh;
    }

    /// <summary>What the server's namespace asks of callers; clients are told by a DestinationRule, as gRPC goes by nothing else.</summary>
    public void SetMode(string mode)
    {
        _directory.WritePeerAuthentication(mode);
        _directory.Write(
            "rule",
            $$"""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: web, namespace: shop}
            spec: {host: web, trafficPolicy: {tls: {mode: {{(mode == "DISABLE" ? "DISABLE" : "ISTIO_MUTUAL")}} } } }
            """);
    }

    /// <summary>Who may call the server.</summary>
    /// <param name="name">Name of the policy.</param>
    /// <param name="spec">What it says, as YAML on one line.</param>
    public void SetPolicy(string name, string spec) =>
        _directory.Write("policy-" + name, $"apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {{name: {name}, namespace: shop}}\nspec: {spec}\n");

    /// <summary>Starts the server, with a certificate of a service account.</summary>
    public async Task<ExternalProcess> StartServerAsync(string account = "web")
    {
        await EnrolAsync(account);
        var server = ExternalProcess.Start(
            ExternalPrograms.Python, [Script("xds_server.py"), Text(Port)], environment: Environment(account, $"sidecar~{ServerAddress}~web-1.shop~shop.svc.cluster.local"));
        await server.WaitForLineAsync("started", Limit);
        return server;
    }

    /// <summary>Starts a client that calls without pause, with a certificate of its service account.</summary>
    public async Task<ExternalProcess> StartClientAsync(string account)
    {
        await EnrolAsync(account);
        return ExternalProcess.Start(
            ExternalPrograms.Python, [Script("xds_client.py"), Target, "--secure"],
            environment: Environment(account, $"sidecar~127.0.0.9~{account}-1.shop~shop.svc.cluster.local"));
    }

    /// <summary>Makes a key for a service account of the namespace shop and gets a certificate for it, in files that a bootstrap names.</summary>
    public async Task EnrolAsync(string account)
    {
        var (token, csr, key, chain) = (FileOf(account + ".token"), FileOf(account + ".csr"), FileOf(account + ".key.new"), FileOf(account + ".pem.new"));
        await SecureMesh.RunAsync("token", "--data-dir", FileOf("data"), "--namespace", "shop", "--service-account", account, "--out", token);
        await RunAsync(
            "openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/O=istio", "-keyout", key, "-out", csr);
        var address = _controlPlane!.LineAfter("Secure xDS").Split(' ')[0];
        var answer = await RunAsync(
            ExternalPrograms.Python, Script("certificate_client.py"), address, Roots, csr, chain, "--token", token);
        Assert.StartsWith("chain 2", answer, StringComparison.Ordinal);

        // Together, as one who watches the files takes a key only with its certificate.
        File.Move(key, KeyOf(account), overwrite: true);
        File.Move(chain, CertificateOf(account), overwrite: true);
    }

    /// <summary>Makes a certificate that nobody in the mesh signed.</summary>
    public Task MakeForeignAsync(string name) => RunAsync(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/O=foreign",
        "-addext", "subjectAltName=URI:spiffe://cluster.local/ns/shop/sa/client", "-keyout", KeyOf(name), "-out", CertificateOf(name));

    /// <summary>Comes to the server without gRPC: in plaintext, or by TLS with the certificate of a name, or with none ("").</summary>
    public Task<string> ProbeAsync(string? certificate) => RunAsync(
        ExternalPrograms.Python,
        [
            Script("http2_probe.py"), ServerAddress, Text(Port), certificate is null ? "plaintext" : "tls",
            .. string.IsNullOrEmpty(certificate) ? (string[])[] : [CertificateOf(certificate), KeyOf(certificate)],
        ]);

    /// <summary>Probes until the answer is the one expected.</summary>
    public async Task UntilAsync(string? certificate, string expected)
    {
        var last = "";
        for (var attempt = 0; attempt < 600; attempt++)
        {
            last = await ProbeAsync(certificate);
            if (last.StartsWith(expected, StringComparison.Ordinal))
                return;
            await Task.Delay(50);
        }

        Assert.Fail($"{certificate ?? "plaintext"} should have been {expected}, but is {last}\n{Log}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_controlPlane is not null)
            await _controlPlane.DisposeAsync();
        _directory.Dispose();
        Directory.Delete(_files, recursive: true);
    }

    private string Roots => Path.Combine(FileOf("data"), "root-cert.pem");

    private string FileOf(string name) => Path.Combine(_files, name);

    private string KeyOf(string name) => FileOf(name + ".key");

    private string CertificateOf(string name) => FileOf(name + ".pem");

    private static string Script(string name) => Path.Combine(ExternalPrograms.PythonFolder, name);

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private Dictionary<string, string> Environment(string account, string node) => new()
    {
        ["GRPC_XDS_BOOTSTRAP_CONFIG"] = $$$"""
            {
              "xds_servers": [{"server_uri": "{{{_controlPlane!.LineAfter("xDS").Split(' ')[0]}}}", "channel_creds": [{"type": "insecure"}], "server_features": ["xds_v3"]}],
              "node": {"id": "{{{node}}}", "metadata": {"GENERATOR": "grpc", "NAMESPACE": "shop", "CLUSTER_ID": "Kubernetes"} },
              "certificate_providers": {"default": {"plugin_name": "file_watcher", "config": {
                "certificate_file": "{{{CertificateOf(account)}}}", "private_key_file": "{{{KeyOf(account)}}}", "ca_certificate_file": "{{{Roots}}}", "refresh_interval": "1s"} } },
              "server_listener_resource_name_template": "xds.istio.io/grpc/lds/inbound/%s"
            }
            """,
    };

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (code, output) = await ExternalProcess.RunAsync(program, arguments, Limit);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {output}");
        return output.Trim();
    }
}
