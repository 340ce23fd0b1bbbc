using System.Diagnostics;
using System.Globalization;

namespace ControlPlane.Benchmarks.Grpc;

/// <summary>
/// Measures ControlPlane.Grpc: CPU per GB, CPU per small message, memory per idle stream, memory per client that does not read.
/// Server figures only; server and clients share the machine, so read costs, not times.
/// </summary>
internal static class GrpcCommand
{
    private const double BytesPerGb = 1e9;

    public static async Task<int> RunAsync(string[] args)
    {
        var connections = Number(args, 0, 1000);
        using (var server = await MeasuredProcess.StartAsync("grpc-server", "h2c"))
        {
            await StalledAsync(server, Math.Max(1, connections / 5), size: 8_000_000);
        }

        foreach (var transport in new[] { "h2c", "tls" })
        {
            using (var server = await MeasuredProcess.StartAsync("grpc-server", transport))
            {
                await IdleAsync(transport, server, connections);
            }

            using (var server = await MeasuredProcess.StartAsync("grpc-server", transport))
            {
                await BulkAsync(transport, server, Math.Max(1, connections / 10), count: 4, size: 4_000_000);
                await BulkAsync(transport, server, connections, count: 1, size: 1_000_000);
                await SmallAsync(transport, server, connections, rounds: 20, size: 1_500);
            }
        }

        return 0;
    }

    private static async Task IdleAsync(string transport, MeasuredProcess server, int connections)
    {
        // The first connection and message bring code and pools into memory.
        using var first = await PushClient.ConnectAsync(server.Address);
        await first.PullAsync(1, 1_500);
        var heapBefore = await server.CollectAsync();
        var before = server.PssKiB;
        var cpu = server.Cpu;
        var clients = await ConnectAsync(server, connections);
        foreach (var client in clients)
        {
            await client.PullAsync(1, 1_500);
        }

        var connect = (server.Cpu - cpu).TotalMilliseconds / connections;
        var heap = await server.CollectAsync();
        Print(transport, "idle stream", string.Create(CultureInfo.InvariantCulture,
            $"{(server.PssKiB - before) / (double)connections:F1} KiB, of which managed heap {(heap - heapBefore) / (double)connections:F1} KiB ({connections} connections with one stream); {connect:F2} CPU-ms to connect, before {before / 1024} MiB"));
        Dispose(clients);
    }

    private static async Task BulkAsync(string transport, MeasuredProcess server, int connections, int count, int size)
    {
        var clients = await ConnectAsync(server, connections);
        await Task.WhenAll(clients.Select(client => client.PullAsync(1, 1_500)));
        var cpu = server.Cpu;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(clients.Select(client => client.PullAsync(count, size)));
        var used = (server.Cpu - cpu).TotalSeconds;
        var gb = (double)connections * count * size / BytesPerGb;
        Print(transport, "bulk", string.Create(CultureInfo.InvariantCulture,
            $"{used / gb:F2} CPU-s per GB ({connections} x {count} x {size / 1e6:F1} MB in {watch.ElapsedMilliseconds} ms, server at {server.PssKiB / 1024} MiB)"));
        Dispose(clients);
    }

    private static async Task SmallAsync(string transport, MeasuredProcess server, int connections, int rounds, int size)
    {
        var clients = await ConnectAsync(server, connections);
        await Task.WhenAll(clients.Select(client => client.PullAsync(1, size)));
        var cpu = server.Cpu;
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < rounds; round++)
        {
            await Task.WhenAll(clients.Select(client => client.PullAsync(1, size)));
        }

        var used = (server.Cpu - cpu).TotalMicroseconds;
        Print(transport, "small message", string.Create(CultureInfo.InvariantCulture,
            $"{used / connections / rounds:F1} CPU-us per request and answer of {size} B ({connections} streams, {rounds} rounds of {watch.ElapsedMilliseconds / rounds} ms)"));
        Dispose(clients);
    }

    private static async Task StalledAsync(MeasuredProcess server, int connections, int size)
    {
        using var first = await PushClient.ConnectAsync(server.Address);
        await first.PullAsync(1, size);
        await server.CollectAsync();
        var before = server.PssKiB;
        var clients = new List<PushClient>();
        for (var i = 0; i < connections; i++)
        {
            var client = await PushClient.ConnectAsync(server.Address, read: false);
            await client.AskAsync(1, size);
            clients.Add(client);
        }

        // Until the server has pushed all it can.
        TimeSpan last;
        do
        {
            last = server.Cpu;
            await Task.Delay(500);
        }
        while (server.Cpu - last > TimeSpan.FromMilliseconds(10));

        await server.CollectAsync();
        Print("h2c", "client that reads nothing", string.Create(CultureInfo.InvariantCulture,
            $"{(server.PssKiB - before) / (double)connections:F1} KiB ({connections} clients, each with {size / 1e6:F1} MB under way)"));
        Dispose(clients);
    }

    private static async Task<List<PushClient>> ConnectAsync(MeasuredProcess server, int connections)
    {
        var clients = new List<PushClient>(connections);
        for (var i = 0; i < connections; i++)
        {
            clients.Add(await PushClient.ConnectAsync(server.Address));
        }

        return clients;
    }

    private static void Dispose(List<PushClient> clients)
    {
        foreach (var client in clients)
        {
            client.Dispose();
        }
    }

    private static int Number(string[] args, int index, int otherwise) =>
        args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;

    private static void Print(string transport, string what, string figure) => Console.WriteLine($"{transport,-4} {what,-26} {figure}");
}
