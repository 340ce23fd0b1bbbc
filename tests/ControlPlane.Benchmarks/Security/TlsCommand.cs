using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Benchmarks.Load;
using ControlPlane.Grpc.Client;
using ControlPlane.Security.Callers;
using Grpc.Core;

namespace ControlPlane.Benchmarks.Security;

/// <summary>
/// Measures a running control plane over TLS: what a connection costs without and with a client certificate, a storm of handshakes, the memory of
/// proxies over TLS beside those without, and certificates at a steady rate while endpoints change. Options: --connections 1000 --at-once 100
/// --proxies 500 --services 200 --rate 200 --seconds 20 --idle 5 --executable PATH. Two processes share the machine: read CPU times.
/// </summary>
internal static class TlsCommand
{
    private const int Keys = 64, Credentials = 2_000, Channels = 20;
    private const int EndpointsOfService = 5;
    private static readonly TimeSpan ChangePause = TimeSpan.FromMilliseconds(100);

    public static async Task<int> RunAsync(string[] args)
    {
        var options = Options.Parse(args);
        var (root, data) = (Directory.CreateTempSubdirectory("mesh-").FullName, Directory.CreateTempSubdirectory("data-").FullName);
        try
        {
            var mesh = new MeshDirectory(root, options.Services, EndpointsOfService, options.Proxies * 2, 0);
            using var server = await ServerProcess.StartAsync(options.Executable, root, $"--data-dir {data}");
            using var clients = new TlsClients(server.SecureXds, await IssuedTokens.OpenAsync(data, default));
            using var certificate = await clients.EnrolAsync();
            await clients.StormAsync(50, 10, certificate); // code that runs for the first time is slow
            await StormAsync("connection by token", options, server, clients, null);
            await StormAsync("connection by certificate", options, server, clients, certificate);
            await ProxiesAsync(options, mesh, server, clients);
            return 0;
        }
        finally
        {
            Directory.Delete(root, recursive: true);
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task StormAsync(string what, Options options, ServerProcess server, TlsClients clients, X509Certificate2? certificate)
    {
        var (cpu, memory, watch) = (server.Cpu, server.PssKiB, Stopwatch.StartNew());
        var (open, times, failed) = await clients.StormAsync(options.Connections, options.AtOnce, certificate);
        var (elapsed, used) = (watch.Elapsed, server.Cpu - cpu);
        await Task.Delay(options.Idle);
        var kept = (server.PssKiB - memory) / (double)Math.Max(open.Count, 1);
        LoadCommand.Print(what, $"{open.Count} open, {failed} failed in {elapsed.TotalSeconds:F2} s; server {used.TotalMicroseconds / options.Connections:F0} CPU-us each; handshake median {At(times, 0.5):F1} ms, p99 {At(times, 0.99):F1} ms; {kept:F1} KiB kept each");
        open.ForEach(connection => connection.Dispose());
        await Task.Delay(options.Idle);
    }

    private static async Task ProxiesAsync(Options options, MeshDirectory mesh, ServerProcess server, TlsClients clients)
    {
        var statistics = new LoadStatistics();
        DeltaClient[] plain = [.. Enumerable.Range(0, options.Proxies).Select(i => new DeltaClient(server.Xds, LoadCommand.NodeOf(i), statistics))];
        DeltaClient[] secure =
        [
            .. Enumerable.Range(options.Proxies, options.Proxies).Select(i => new DeltaClient(
                server.SecureXds, LoadCommand.NodeOf(i), statistics, new ClientSecurity(TlsClients.Options(), clients.Token(MeshDirectory.NamespaceOf(i), "client")))),
        ];

        // The first of each class of either kind are not counted: they pay for what all share.
        await ConnectAsync("", options, server, [.. plain.Take(MeshDirectory.Namespaces), .. secure.Take(MeshDirectory.Namespaces)]);
        await ConnectAsync("proxies without TLS", options, server, plain[MeshDirectory.Namespaces..]);
        await ConnectAsync("proxies with TLS", options, server, secure[MeshDirectory.Namespaces..]);
        foreach (var fresh in new[] { false, true })
        {
            foreach (var kind in new[] { "RSA-2048", "P-256" })
                await CertifyAsync(kind, fresh, options, mesh, server, clients, statistics);
        }

        foreach (var client in plain.Concat(secure))
            client.Dispose();
    }

    private static async Task ConnectAsync(string what, Options options, ServerProcess server, DeltaClient[] proxies)
    {
        await Task.Delay(options.Idle);
        var (cpu, memory) = (server.Cpu, server.PssKiB);
        foreach (var group in proxies.Chunk(options.AtOnce))
        {
            await Task.WhenAll(group.Select(proxy => proxy.StartAsync(bringVersions: false)));
            await Task.WhenAll(group.Select(proxy => proxy.Synced.Task)).WaitAsync(TimeSpan.FromMinutes(3));
        }

        var used = server.Cpu - cpu;
        await Task.Delay(options.Idle);
        if (what.Length > 0)
            LoadCommand.Print(what, $"{proxies.Length} synced, server {used.TotalMicroseconds / proxies.Length:F0} CPU-us each, {(server.PssKiB - memory) / (double)proxies.Length:F1} KiB each");
    }

    /// <summary>Certificates at a steady rate, whether or not the ones before have come, while an endpoint changes ten times a second.</summary>
    private static async Task CertifyAsync(string kind, bool fresh, Options options, MeshDirectory mesh, ServerProcess server, TlsClients clients, LoadStatistics statistics)
    {
        var csrs = Enumerable.Range(0, Keys).Select(_ => Csr(kind)).ToArray();
        var tokens = Enumerable.Range(0, Credentials).Select(i => clients.Token("ns-0", $"sa-{kind}-{fresh}-{i}".ToLowerInvariant())).ToArray();
        GrpcChannel[] channels = [.. Enumerable.Range(0, Channels).Select(_ => clients.Channel())];
        await Task.WhenAll(channels.Select((channel, i) => TlsClients.CertifyAsync(channel, csrs[i], tokens[i])));
        var (times, errors, pending) = (new ConcurrentQueue<double>(), new ConcurrentQueue<string>(), new List<Task>());
        using var stop = new CancellationTokenSource();
        var changes = ChangeAsync(mesh, options, stop.Token);
        statistics.Take();
        var (cpu, watch) = (server.Cpu, Stopwatch.StartNew());
        for (var i = 0; watch.Elapsed < options.Time; i++)
        {
            var due = TimeSpan.FromSeconds(i / (double)options.Rate);
            if (due > watch.Elapsed)
                await Task.Delay(due - watch.Elapsed);
            var number = i;
            pending.Add(Task.Run(async () =>
            {
                try
                {
                    using var own = fresh ? clients.Channel() : null;
                    await TlsClients.CertifyAsync(own ?? channels[number % Channels], csrs[number % Keys], tokens[number % Credentials]);

                    // From the moment at which it was due: waiting for a late sender counts.
                    times.Enqueue((watch.Elapsed - due).TotalMilliseconds);
                }
                catch (RpcException fault)
                {
                    errors.Enqueue(fault.Status.ToString());
                }
            }));
        }

        await Task.WhenAll(pending);
        var used = server.Cpu - cpu;
        await stop.CancelAsync();
        await changes;
        double[] sorted = [.. times.Order()];
        LoadCommand.Print(
            $"{kind} {(fresh ? "new connection" : "open connection")}",
            $"{sorted.Length / watch.Elapsed.TotalSeconds:F0}/s, {errors.Count} refused; median {At(sorted, 0.5):F1} ms, p99 {At(sorted, 0.99):F1} ms, greatest {At(sorted, 1):F1} ms; {used.TotalMicroseconds / Math.Max(sorted.Length, 1):F0} CPU-us each, pushes ({statistics.Take().Messages} messages) included");
        if (errors.TryPeek(out var first))
            Console.WriteLine(first);
        foreach (var channel in channels)
            channel.Dispose();
    }

    private static async Task ChangeAsync(MeshDirectory mesh, Options options, CancellationToken stop)
    {
        for (var round = 1; !stop.IsCancellationRequested; round++)
        {
            mesh.ChangeEndpoint(round % options.Services, round);
            await Task.Delay(ChangePause, CancellationToken.None);
        }
    }

    private static string Csr(string kind)
    {
        if (kind == "P-256")
        {
            using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            return new CertificateRequest("O=istio", ec, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        }

        using var rsa = RSA.Create(2048);
        return new CertificateRequest("O=istio", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequestPem();
    }

    private static double At(double[] sorted, double part) => sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * part)];

    private sealed record Options(int Connections, int AtOnce, int Proxies, int Services, int Rate, TimeSpan Time, TimeSpan Idle, string Executable)
    {
        public static Options Parse(string[] args)
        {
            string Text(string name, string fallback)
            {
                var at = Array.IndexOf(args, name);
                return at >= 0 && at + 1 < args.Length ? args[at + 1] : fallback;
            }

            int Number(string name, int fallback) => int.Parse(Text(name, fallback.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

            return new Options(
                Number("--connections", 1000), Number("--at-once", 100), Math.Max(Number("--proxies", 500), 2 * MeshDirectory.Namespaces), Number("--services", 200), Number("--rate", 200),
                TimeSpan.FromSeconds(Number("--seconds", 20)), TimeSpan.FromSeconds(Number("--idle", 5)), Text("--executable", "src/ControlPlane/bin/Release/net10.0/publish/controlplane"));
        }
    }
}
