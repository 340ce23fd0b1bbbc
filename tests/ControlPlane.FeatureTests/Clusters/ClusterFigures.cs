using System.Diagnostics;
using System.Globalization;
using ControlPlane.Testing;
using ControlPlane.Testing.Clusters;
using ControlPlane.Testing.Processes;
using Xunit.Abstractions;

namespace ControlPlane.FeatureTests.Clusters;

/// <summary>
/// Figures of <c>serve --source kubernetes</c> on a real API server: CONTROLPLANE_FIGURES=1 dotnet test tests/ControlPlane.FeatureTests
/// --filter ClusterFigures --logger "console;verbosity=detailed". What pods alone cost tells PodMemoryTests of the tests of ControlPlane.Kubernetes.
/// </summary>
[Collection(ClusterCollection.Name)]
public sealed class ClusterFigures(ITestOutputHelper output)
{
    private const int Services = 1_000;
    private const int PodsPerService = 10;
    private const int Changes = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [FiguresFact]
    public async Task Change_FromKubectlsReturnToTheClient()
    {
        await using var cluster = await RealApiServer.StartAsync();
        await cluster.ApplyAsync(ClusterYaml.Namespace("figures") + ClusterYaml.Service("figures", "web", "10.9.0.1"));
        await using var server = await Support.RunningServer.StartAsync("--source", "kubernetes", "--kubeconfig", cluster.AdminConfig);
        using var client = new ClusterClient(server.Server.Addresses.Xds);
        await client.EndpointsAsync(ClusterYaml.Cluster("figures", "web"));
        var (kubectl, answer) = (new List<double>(), new List<double>());
        for (var i = 0; i < 2 * Changes; i++)
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"10.9.{1 + (i / 200)}.{1 + (i % 200)}");
            var arrival = client.NextEndpointsAsync().ContinueWith(t => (Stopwatch.GetTimestamp(), t.Result), TaskScheduler.Default);
            var patch = $$"""{"endpoints":[{"addresses":["{{address}}"],"conditions":{"ready":true} }]}""";
            if (i < Changes)
                await cluster.KubectlAsync("patch", "endpointslice", "-n", "figures", "web-1", "--type=merge", "-p", patch);
            else
                await cluster.SendAsync(HttpMethod.Patch, "/apis/discovery.k8s.io/v1beta1/namespaces/figures/endpointslices/web-1", patch, "application/merge-patch+json");
            var returned = Stopwatch.GetTimestamp();
            var (arrived, addresses) = await arrival;
            Assert.Equal(address, addresses);
            (i < Changes ? kubectl : answer).Add(Stopwatch.GetElapsedTime(returned, arrived).TotalMilliseconds);
        }

        Report("after kubectl's return", kubectl);
        Report("after the API server's answer", answer);
    }

    [FiguresFact]
    public async Task StartUp_WithAThousandServicesAndTenThousandPods()
    {
        await using var cluster = await RealApiServer.StartAsync();
        await cluster.ApplyAsync(ClusterYaml.Namespace("figures"));
        var empty = await MeasureAsync(cluster, "empty cluster");
        var filling = Stopwatch.StartNew();
        await Parallel.ForAsync(0, Services, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => await FillAsync(cluster, i));
        output.WriteLine($"filled in {filling.Elapsed.TotalSeconds:F0} s");
        var full = await MeasureAsync(cluster, $"{Services} Services, {Services * PodsPerService} Pods");
        output.WriteLine($"memory per 1,000 pods (with their share of services and slices): {(full - empty) / (Services * PodsPerService / 1000.0) / 1024:F1} MiB");
    }

    private static async Task FillAsync(RealApiServer cluster, int i)
    {
        var addresses = Enumerable.Range(0, PodsPerService).Select(j => (Name: $"p{i}-{j}", Ip: string.Create(CultureInfo.InvariantCulture, $"10.{100 + (i / 250)}.{i % 250}.{j + 1}"))).ToList();
        await PostAsync("/api/v1/namespaces/figures/services", $$"""{"metadata":{"name":"s{{i}}"},"spec":{"selector":{"app":"s{{i}}"},"ports":[{"name":"http","port":80,"targetPort":8080}]} }""");
        var endpoints = string.Join(',', addresses.Select(a => $$"""{"addresses":["{{a.Ip}}"],"conditions":{"ready":true},"targetRef":{"kind":"Pod","name":"{{a.Name}}","namespace":"figures"} }"""));
        await PostAsync(
            "/apis/discovery.k8s.io/v1beta1/namespaces/figures/endpointslices",
            $$"""{"addressType":"IPv4","metadata":{"name":"s{{i}}-1","labels":{"kubernetes.io/service-name":"s{{i}}"} },"ports":[{"name":"http","port":8080,"protocol":"TCP"}],"endpoints":[{{endpoints}}]}""");
        foreach (var (name, ip) in addresses)
        {
            await PostAsync("/api/v1/namespaces/figures/pods", $$"""{"metadata":{"name":"{{name}}","labels":{"app":"s{{i}}","version":"v1"} },"spec":{"containers":[{"name":"app","image":"app:1","ports":[{"containerPort":8080}]}]} }""");
            var (code, body) = await cluster.SendAsync(
                HttpMethod.Patch, $"/api/v1/namespaces/figures/pods/{name}/status",
                $$"""{"status":{"phase":"Running","podIP":"{{ip}}","podIPs":[{"ip":"{{ip}}"}],"conditions":[{"type":"Ready","status":"True"}]} }""", "application/merge-patch+json");
            Assert.True(code < 300, body);
        }

        async Task PostAsync(string path, string json)
        {
            var (code, body) = await cluster.SendAsync(HttpMethod.Post, path, json);
            Assert.True(code < 300, body);
        }
    }

    /// <summary>Starts the executable; gives its resident memory in KiB once it is ready.</summary>
    private async Task<double> MeasureAsync(RealApiServer cluster, string what)
    {
        var began = Stopwatch.GetTimestamp();
        await using var process = ExternalProcess.Start(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "controlplane.dll"), "serve", "--source", "kubernetes", "--kubeconfig", cluster.AdminConfig,
                "--xds-address", "127.0.0.1:0", "--secure-xds-address", "127.0.0.1:0", "--http-address", "127.0.0.1:0", "--monitoring-address", "127.0.0.1:0",
                "--data-dir", cluster.PathOf("identity"),
            ]);
        var monitoring = (await process.WaitForLineAsync("  Monitoring", Patience)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        await process.WaitForLineAsync("Connect", Patience);
        var ready = Stopwatch.GetElapsedTime(began);
        using var http = new HttpClient();
        var metrics = (await http.GetStringAsync(new Uri($"http://{monitoring}/metrics"))).Split('\n');
        var status = await File.ReadAllLinesAsync($"/proc/{process.Id}/status");
        var (rss, peak) = (Kilobytes(status, "VmRSS:"), Kilobytes(status, "VmHWM:"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: ready after {ready.TotalSeconds:F2} s, RSS {rss / 1024:F0} MiB, peak {peak / 1024:F0} MiB, {Requests("list")} LIST, {Requests("watch")} WATCH, {Requests("get")} GET"));
        return rss;

        double Requests(string verb) => metrics.Where(m => m.StartsWith("controlplane_kubernetes_request_seconds_count", StringComparison.Ordinal) && m.Contains($"verb=\"{verb}\"", StringComparison.Ordinal))
            .Sum(m => double.Parse(m.Split(' ')[^1], CultureInfo.InvariantCulture));
    }

    private static double Kilobytes(string[] status, string name) =>
        double.Parse(status.First(l => l.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

    private void Report(string what, List<double> milliseconds)
    {
        milliseconds.Sort();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: p50 {milliseconds[milliseconds.Count / 2]:F1} ms, p99 {milliseconds[(int)(milliseconds.Count * 0.99)]:F1} ms, max {milliseconds[^1]:F1} ms over {milliseconds.Count} changes"));
    }
}
