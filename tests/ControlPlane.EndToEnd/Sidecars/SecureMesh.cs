using System.Text.Json.Nodes;
using ControlPlane.Testing.Network;
using ControlPlane.Testing.Processes;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>
/// A mesh whose Envoys prove who they are: the control plane with a data directory, tokens and bootstraps from its own commands, as a user
/// without a cluster would make them.
/// </summary>
internal sealed class SecureMesh : IAsyncDisposable
{
    // Istio's. Envoy cuts what is left then, which a client may notice that is just using it.
    private const int DrainSeconds = 45;

    private const string Command = "controlplane.dll";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _data = Directory.CreateTempSubdirectory("data-").FullName;
    private readonly string _readable = Directory.CreateTempSubdirectory("envoy-files-").FullName;

    private SecureMesh(PodNetwork network, MeshDirectory directory)
    {
        Network = network;
        Objects = directory;
    }

    public PodNetwork Network { get; }

    public MeshDirectory Objects { get; }

    public ControlPlaneProcess ControlPlane { get; private set; } = null!;

    /// <summary>The data directory.</summary>
    public string Data => _data;

    /// <summary>Starts a mesh with a root of its own.</summary>
    public static Task<SecureMesh> StartAsync(MeshDirectory directory, params string[] settings) => StartAsync(directory, authority: null, settings);

    /// <summary>Starts a mesh with an authority that lies in a directory.</summary>
    public static Task<SecureMesh> StartPluggedAsync(MeshDirectory directory, string authority, params string[] settings) =>
        StartAsync(directory, authority, ["--ca-dir", authority, .. settings]);

    private static async Task<SecureMesh> StartAsync(MeshDirectory directory, string? authority, string[] settings)
    {
        var mesh = new SecureMesh(await PodNetwork.StartAsync(), directory);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(mesh._readable, (UnixFileMode)0b111_101_101);
        mesh.ControlPlane = await ControlPlaneProcess.StartAsync(
            directory.Path,
            [
                "--data-dir", mesh._data, "--xds-address", "127.0.0.1:15010", "--secure-xds-address", "*:15012", "--http-address", "127.0.0.1:8080",
                "--monitoring-address", "127.0.0.1:15014", "--log-level", "debug", .. settings,
            ],
            mesh.Network.Hub.Launcher);
        File.Copy(Path.Combine(authority ?? mesh._data, "root-cert.pem"), mesh.Readable("root-cert.pem"));
        return mesh;
    }

    /// <summary>Starts an Envoy beside a pod of the namespace shop, proven by a token for a service account of the application's name.</summary>
    public Task<SidecarEnvoy> StartSidecarAsync(NetworkNamespace pod, string name, string app, string address, bool delta = true) =>
        StartAsync("sidecar", pod, name, app, address, delta);

    /// <summary>Starts an Envoy that is a gateway, likewise.</summary>
    public Task<SidecarEnvoy> StartGatewayAsync(NetworkNamespace pod, string name, string app, string address, bool delta = true) =>
        StartAsync("router", pod, name, app, address, delta);

    private async Task<SidecarEnvoy> StartAsync(string kind, NetworkNamespace pod, string name, string app, string address, bool delta)
    {
        await WriteTokenAsync(app);
        string[] arguments =
        [
            "bootstrap", "--node", $"{kind}~{address}~{name}.shop~shop.svc.cluster.local", "--service-account", app, "--label", $"app={app}",
            "--label", "security.istio.io/tlsMode=istio", "--xds-address", $"{PodNetwork.ControlPlaneAddress}:15012", "--root-cert", Readable("root-cert.pem"),
            "--token-file", Readable(app + ".token"), .. delta ? (string[])[] : ["--sotw"],
        ];
        try
        {
            return await SidecarEnvoy.StartAsync(pod, name, JsonNode.Parse(await RunAsync(arguments))!.AsObject(), DrainSeconds);
        }
        catch (TimeoutException fault)
        {
            throw new TimeoutException($"{fault.Message}\nThe control plane's log:\n{ControlPlane.Log}", fault);
        }
    }

    /// <summary>Runs one of the control plane's commands; gives what it printed.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output) = await ExternalProcess.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, Command), .. arguments], Limit);
        return code == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {code}: {output}");
    }

    public async ValueTask DisposeAsync()
    {
        if (ControlPlane is not null)
            await ControlPlane.DisposeAsync();
        await Network.DisposeAsync();
        Directory.Delete(_data, recursive: true);
        Directory.Delete(_readable, recursive: true);
    }

    /// <summary>File with the certificates of the mesh's roots.</summary>
    public string RootFile => Readable("root-cert.pem");

    /// <summary>Writes a token of a service account of the namespace shop; gives its file, which any user can read.</summary>
    public async Task<string> WriteTokenAsync(string account)
    {
        var file = Readable(account + ".token");
        await RunAsync("token", "--data-dir", _data, "--namespace", "shop", "--service-account", account, "--out", file);

        // Envoy runs as another user.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        return file;
    }

    private string Readable(string name) => Path.Combine(_readable, name);
}
