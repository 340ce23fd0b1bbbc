using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace ControlPlane.Benchmarks.Load;

/// <summary>The control plane as a process of its own, so that its CPU time and memory are its alone.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private readonly int _monitoring;

    private ServerProcess(Process process, IPEndPoint xds, IPEndPoint secureXds, int monitoring, TimeSpan startTime)
    {
        _process = process;
        SecureXds = secureXds;
        _monitoring = monitoring;
        Xds = xds;
        StartTime = startTime;
    }

    public IPEndPoint Xds { get; }

    /// <summary>Its TLS address.</summary>
    public IPEndPoint SecureXds { get; }

    /// <summary>From start to ready.</summary>
    public TimeSpan StartTime { get; }

    public static async Task<ServerProcess> StartAsync(string executable, string directory, string more = "")
    {
        var (xds, secure, http, monitoring) = (FreePort(), FreePort(), FreePort(), FreePort());
        var start = new ProcessStartInfo(executable,
            $"serve --source dir:{directory} --xds-address 127.0.0.1:{xds} --secure-xds-address 127.0.0.1:{secure} --http-address 127.0.0.1:{http} --monitoring-address 127.0.0.1:{monitoring} --log-level warn {more}")
        {
            RedirectStandardOutput = true,
        };
        var watch = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        using var client = new HttpClient();
        while (true)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"the server ended with {process.ExitCode}");
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{http}/ready"));
                if (answer.IsSuccessStatusCode)
                    return new ServerProcess(process, new IPEndPoint(IPAddress.Loopback, xds), new IPEndPoint(IPAddress.Loopback, secure), monitoring, watch.Elapsed);
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(20);
        }
    }

    /// <summary>A metric that the server tells of itself, summed over its series.</summary>
    public async Task<double> MetricAsync(string name)
    {
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri($"http://127.0.0.1:{_monitoring}/metrics"));
        return text.Split('\n')
            .Where(l => l.StartsWith(name + " ", StringComparison.Ordinal) || l.StartsWith(name + "{", StringComparison.Ordinal))
            .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>User and system time so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Proportional set size in KiB.</summary>
    public long PssKiB => File.ReadLines($"/proc/{_process.Id}/smaps_rollup")
        .Where(l => l.StartsWith("Pss:", StringComparison.Ordinal))
        .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture))
        .Single();

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    internal static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
