using System.Diagnostics;
using System.Text;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Injecting;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Webhook;
using ControlPlane.Kubernetes.Files.Yaml;

namespace ControlPlane.Benchmarks.Injection;

/// <summary>Answers reviews of pods as the webhook does, from the request's bytes to the response's, without the network.</summary>
internal static class InjectCommand
{
    private const int Warmup = 3000;
    private const int Count = 20_000;

    /// <summary>A review of a small pod, as an API server sends it.</summary>
    internal const string Review = """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"a420b93a-64de-4987-80c6-e2a49134d810","namespace":"shop","operation":"CREATE",
         "object":{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"cart-7d9c5b6f8d-","labels":{"app":"cart","pod-template-hash":"7d9c5b6f8d"},
          "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"cart-7d9c5b6f8d","uid":"5f2c7a10-95a4-4c53-9b5e-0d3e4f3b7c11","controller":true}]},
          "spec":{"serviceAccountName":"cart","restartPolicy":"Always","containers":[{"name":"cart","image":"registry.example/cart:1.4.2",
           "ports":[{"name":"http","containerPort":9100,"protocol":"TCP"}],"readinessProbe":{"httpGet":{"path":"/ready","port":"http"}},
           "volumeMounts":[{"name":"kube-api-access-x7z2k","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount","readOnly":true}]}],
          "volumes":[{"name":"kube-api-access-x7z2k","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}}]}}]}}}}
        """;

    public static int Run()
    {
        var injector = new Injector(new InjectorSettings(ChartValues.Default, MeshSettings.Default, [], [], static text => JsonText.Parse(YamlDocument.ReadOne(text).Span)));
        var handler = new AdmissionHandler(() => injector, static _ => null);
        var body = Encoding.UTF8.GetBytes(Review);
        Measure(handler, body, Warmup, 1);
        Console.WriteLine("in flight  injections/s   CPU-ms each   bytes each   p50 ms   p99 ms");
        foreach (var threads in (int[])[1, 16])
            Console.WriteLine(Measure(handler, body, Count, threads));
        return 0;
    }

    private static string Measure(AdmissionHandler handler, byte[] body, int count, int threads)
    {
        GC.Collect();
        var times = new double[count];
        var (cpu, bytes, started) = (Process.GetCurrentProcess().TotalProcessorTime, GC.GetTotalAllocatedBytes(true), Stopwatch.GetTimestamp());
        var next = -1;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < count;)
            {
                var begun = Stopwatch.GetTimestamp();
                var reply = handler.Handle(body, "/inject");
                if (reply.Patch is null || JsonText.WriteUtf8(reply.Review).Length < 1000)
                    throw new InvalidOperationException("nothing was injected");
                times[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        var elapsed = Stopwatch.GetElapsedTime(started);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        bytes = GC.GetTotalAllocatedBytes(true) - bytes;
        Array.Sort(times);
        return FormattableString.Invariant(
            $"{threads,9}  {count / elapsed.TotalSeconds,12:F0}   {cpu.TotalMilliseconds / count,11:F3}   {bytes / count,10}   {times[count / 2],6:F3}   {times[count * 99 / 100],6:F3}");
    }
}
