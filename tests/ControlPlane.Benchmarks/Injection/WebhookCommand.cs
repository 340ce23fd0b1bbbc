using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ControlPlane.Benchmarks.Load;

namespace ControlPlane.Benchmarks.Injection;

/// <summary>Asks the webhooks of a whole server over TLS and HTTP/2, as an API server does; the server is a process of its own, so that its CPU time is its alone.</summary>
internal static class WebhookCommand
{
    private const int Warmup = 2000;

    private const string Rule = """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"a420b93a-64de-4987-80c6-e2a49134d810","namespace":"shop","operation":"CREATE",
         "kind":{"group":"networking.istio.io","version":"v1","kind":"VirtualService"},"resource":{"group":"networking.istio.io","version":"v1","resource":"virtualservices"},
         "object":{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"name":"web","namespace":"shop"},
          "spec":{"hosts":["web"],"http":[{"match":[{"uri":{"prefix":"/a"}}],"route":[{"destination":{"host":"web","subset":"v1"},"weight":90},{"destination":{"host":"web","subset":"v2"},"weight":10}],
           "timeout":"3s","retries":{"attempts":3,"perTryTimeout":"1s"}}]}}}}
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [var executable, ..])
        {
            await Console.Error.WriteLineAsync("webhook EXECUTABLE [count]: the path of the executable controlplane is needed");
            return 2;
        }

        var count = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5000;
        var directory = Directory.CreateTempSubdirectory("webhook-").FullName;
        var port = ServerProcess.FreePort();
        using var server = await ServerProcess.StartAsync(executable, directory, $"--injection true --webhook-address 127.0.0.1:{port}");
        using var client = new HttpClient(new SocketsHttpHandler
        {
            // The server's own authority is nobody's here; the figures don't depend on who is trusted.
            SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        })
        {
            BaseAddress = new Uri($"https://127.0.0.1:{port}"), DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        Console.WriteLine("path       in flight  answers/s   server's CPU-ms each   p50 ms   p99 ms");
        foreach (var (path, review) in new[] { ("/inject", InjectCommand.Review), ("/validate", Rule) })
        {
            var body = Encoding.UTF8.GetBytes(review);
            await MeasureAsync(server, client, path, body, Warmup, 16);
            foreach (var inFlight in (int[])[1, 16])
                Console.WriteLine(await MeasureAsync(server, client, path, body, count, inFlight));
        }

        Directory.Delete(directory, recursive: true);
        return 0;
    }

    private static async Task<string> MeasureAsync(ServerProcess server, HttpClient client, string path, byte[] body, int count, int inFlight)
    {
        var times = new double[count];
        var (cpu, started, next) = (server.Cpu, Stopwatch.GetTimestamp(), -1);
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                var begun = Stopwatch.GetTimestamp();
                using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content);
                var reply = await answer.Content.ReadAsStringAsync();
                if (!reply.Contains("\"allowed\":true", StringComparison.Ordinal))
                    throw new InvalidOperationException($"{(int)answer.StatusCode} {reply}");
                times[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }
        })));
        var elapsed = Stopwatch.GetElapsedTime(started);
        cpu = server.Cpu - cpu;
        Array.Sort(times);
        return FormattableString.Invariant(
            $"{path,-9}  {inFlight,9}  {count / elapsed.TotalSeconds,9:F0}   {cpu.TotalMilliseconds / count,20:F3}   {times[count / 2],6:F3}   {times[count * 99 / 100],6:F3}");
    }
}
