using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ControlPlane.Commands;

namespace ControlPlane.FeatureTests.Server;

/// <summary>The program as a process of its own: what it prints, how it ends.</summary>
public sealed partial class ProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] FreePorts =
        ["--xds-address", "127.0.0.1:0", "--secure-xds-address", "127.0.0.1:0", "--http-address", "127.0.0.1:0", "--monitoring-address", "127.0.0.1:0"];

    [Fact]
    public async Task Serve_PrintsThePortsItPicked_AndEndsOnSigtermWithSuccess()
    {
        using var process = Start(["serve", .. FreePorts]);
        var address = await FindAsync(process, HttpAddress());
        using var http = new HttpClient();
        await ReadyAsync(http, new Uri($"http://{address}/ready"));

        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();

        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(ExitCodes.Success, process.ExitCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://{address}/ready")));
    }

    [Fact]
    public async Task Serve_OnAnAddressInUse_SaysWhichAndEndsWithFailure()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = other.LocalEndpoint.ToString()!;
        using var process = Start(["serve", .. FreePorts.Select((argument, i) => i == 1 ? taken : argument)]);

        var error = await process.StandardError.ReadToEndAsync().WaitAsync(Patience);

        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(ExitCodes.Failure, process.ExitCode);
        Assert.Contains(taken, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WithALogThatNobodyReads_ServesAllTheSame()
    {
        using var process = Start(["serve", "--log-level", "http:trace", .. FreePorts]);
        using var http = new HttpClient();
        try
        {
            var ready = new Uri($"http://{await FindAsync(process, HttpAddress(), readsErrors: false)}/ready");
            await ReadyAsync(http, ready);

            // Each request has some ten lines: more than the pipe and the queue before it hold.
            for (var i = 0; i < 1000; i++)
            {
                using var answer = await http.GetAsync(ready).WaitAsync(Patience);
                Assert.True(answer.IsSuccessStatusCode);
            }
        }
        finally
        {
            process.Kill();
        }
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "controlplane.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static async Task<string> FindAsync(Process process, Regex pattern, bool readsErrors = true)
    {
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            if (pattern.Match(line) is { Success: true } match)
            {
                // What it prints from here on is only taken, so that it never waits for a reader.
                _ = process.StandardOutput.ReadToEndAsync();
                if (readsErrors)
                    _ = process.StandardError.ReadToEndAsync();
                return match.Groups[1].Value;
            }
        }

        throw new InvalidOperationException("the server printed no address: " + await process.StandardError.ReadToEndAsync());
    }

    private static async Task ReadyAsync(HttpClient http, Uri ready)
    {
        for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < Patience; await Task.Delay(20))
        {
            using var answer = await http.GetAsync(ready);
            if (answer.IsSuccessStatusCode)
                return;
        }

        throw new TimeoutException("the server did not become ready");
    }

    [GeneratedRegex(@"HTTP +(127\.0\.0\.1:\d+) ")]
    private static partial Regex HttpAddress();
}
