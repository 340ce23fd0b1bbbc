using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ControlPlane.Testing.Processes;

namespace ControlPlane.Testing.Proxies;

/// <summary>
/// A running Envoy in a network namespace, so that its listeners meet nobody else's. Its admin interface is a Unix socket: those don't care for
/// namespaces.
/// </summary>
public sealed class EnvoyProcess : IAsyncDisposable
{
    private readonly ExternalProcess _process;
    private readonly HttpClient _admin;
    private readonly string _folder;

    private EnvoyProcess(ExternalProcess process, string folder)
    {
        _process = process;
        _folder = folder;
        _admin = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, stop) => ConnectAsync(Path.Combine(folder, "admin.sock"), stop) })
        {
            BaseAddress = new Uri("http://admin"),
        };
    }

    /// <summary>What it has logged.</summary>
    public string Log => _process.Output;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts an Envoy.</summary>
    /// <param name="bootstrap">Its bootstrap; the admin address is added.</param>
    /// <param name="launcher">What starts it: a program with arguments in front of Envoy's own; null for a fresh, empty network namespace.</param>
    /// <param name="drainSeconds">How long connections of replaced listeners and filter chains may go on.</param>
    public static EnvoyProcess Start(JsonObject bootstrap, IReadOnlyList<string>? launcher = null, int drainSeconds = 1)
    {
        // Socket paths are short: the test's own folder may be deep.
        var folder = Directory.CreateTempSubdirectory("envoy-").FullName;
        bootstrap["admin"] = new JsonObject { ["address"] = new JsonObject { ["pipe"] = new JsonObject { ["path"] = Path.Combine(folder, "admin.sock") } } };
        var file = Path.Combine(folder, "bootstrap.json");
        File.WriteAllText(file, bootstrap.ToJsonString());
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_111_111);
        launcher ??= ["unshare", "-n", "sh", "-c", "ip link set lo up; exec \"$@\"", "sh"];
        string[] command =
        [
            .. launcher, EnvoyBinary.Path, "-c", file, "--disable-hot-restart", "--concurrency", "1", "-l", "warning", "--drain-time-s", drainSeconds.ToString(CultureInfo.InvariantCulture),
            "--file-flush-interval-msec", "200",
        ];
        return new EnvoyProcess(ExternalProcess.Start(command[0], command[1..]), folder);
    }

    /// <summary>Asks the admin interface.</summary>
    public Task<string> AdminAsync(string path, CancellationToken stop = default) => _admin.GetStringAsync(path, stop);

    /// <summary>Whether the admin interface answers and says that Envoy is live.</summary>
    public async Task<bool> IsLiveAsync(CancellationToken stop = default)
    {
        try
        {
            using var response = await _admin.GetAsync("/ready", stop);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Counters and gauges whose names match a regular expression.</summary>
    public async Task<IReadOnlyDictionary<string, long>> StatsAsync(string filter, CancellationToken stop = default)
    {
        string text;
        try
        {
            text = await AdminAsync("/stats?filter=" + Uri.EscapeDataString(filter), stop);
        }
        catch (HttpRequestException)
        {
            // It is not up yet, or ends just now.
            return new Dictionary<string, long>();
        }

        var stats = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var at = line.LastIndexOf(": ", StringComparison.Ordinal);
            if (at > 0 && long.TryParse(line.AsSpan(at + 2), CultureInfo.InvariantCulture, out var value))
                stats[line[..at]] = value;
        }

        return stats;
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
