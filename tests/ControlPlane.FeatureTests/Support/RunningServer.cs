using System.Net;
using ControlPlane.Composition;
using ControlPlane.Options;
using Microsoft.Extensions.Logging;

namespace ControlPlane.FeatureTests.Support;

/// <summary>A whole server in the test's process, on free ports of loopback. An Error in its log fails the test.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new();
    private readonly KeptLog _log;

    private RunningServer(ControlPlaneServer server, KeptLog log)
    {
        Server = server;
        _log = log;
    }

    public ControlPlaneServer Server { get; }

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <param name="settings">Options as on the command line, name and value in turn.</param>
    public static Task<RunningServer> StartAsync(params string[] settings) => StartAsync(waitReady: true, settings);

    /// <summary>Starts a server.</summary>
    /// <param name="waitReady">Whether to wait until it is ready.</param>
    /// <param name="settings">Options as on the command line, name and value in turn.</param>
    public static async Task<RunningServer> StartAsync(bool waitReady, params string[] settings)
    {
        var given = settings.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        foreach (var address in new[] { Settings.XdsAddress, Settings.SecureXdsAddress, Settings.HttpAddress, Settings.MonitoringAddress })
            given.TryAdd(address.Flag, "127.0.0.1:0");
        var values = new SettingValues(setting => given.GetValueOrDefault(setting.Flag), _ => null);
        var options = ServerOptions.Read(values);
        Assert.Empty(values.Faults);
        var log = new KeptLog();
        var server = ControlPlaneServer.Create(options, logging => logging.AddProvider(log));
        await server.StartAsync(CancellationToken.None);
        if (waitReady)
            await server.WaitReadyAsync(CancellationToken.None).WaitAsync(Patience);
        return new RunningServer(server, log);
    }

    /// <summary>What the server has logged.</summary>
    public IEnumerable<string> Log => _log.All;

    /// <summary>Part of an error that is no fault of the server's; "" for none.</summary>
    public string Expected { get; set; } = "";

    /// <summary>Changes something by the address of readiness and debugging.</summary>
    public async Task<(HttpStatusCode Status, string Body)> PutAsync(string path)
    {
        using var answer = await _http.PutAsync(new Uri($"http://{Server.Addresses.Http}{path}"), null).WaitAsync(Patience);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Asks the address of readiness and debugging.</summary>
    public Task<(HttpStatusCode Status, string Body)> GetAsync(string path) => GetAsync(Server.Addresses.Http, path);

    /// <summary>Asks the address of metrics.</summary>
    public Task<(HttpStatusCode Status, string Body)> MonitoringAsync(string path) => GetAsync(Server.Addresses.Monitoring, path);

    /// <summary>Opens an ADS stream as the sidecar of <see cref="Meshes.Node"/>.</summary>
    public AdsClient Connect() => new(Server.Addresses.Xds);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Server.DisposeAsync();
        var errors = _log.Errors.Where(line => Expected.Length == 0 || !line.Contains(Expected, StringComparison.Ordinal)).ToList();
        Assert.True(errors.Count == 0, string.Join('\n', errors));
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(IPEndPoint address, string path)
    {
        using var answer = await _http.GetAsync(new Uri($"http://{address}{path}")).WaitAsync(Patience);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
