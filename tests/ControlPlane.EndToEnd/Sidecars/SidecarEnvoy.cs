using System.Text.Json.Nodes;
using ControlPlane.Testing.Network;
using ControlPlane.Testing.Proxies;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>An Envoy that stands beside a pod's application and takes its configuration from the control plane.</summary>
internal sealed class SidecarEnvoy : IAsyncDisposable
{
    private const int XdsPort = 15010;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly EnvoyProcess _envoy;
    private readonly string _name;

    private SidecarEnvoy(EnvoyProcess envoy, string name)
    {
        _envoy = envoy;
        _name = name;
    }

    /// <summary>Starts an Envoy beside a pod of the namespace shop and waits until it serves.</summary>
    public static async Task<SidecarEnvoy> StartAsync(NetworkNamespace pod, string name, string app, string address, bool delta)
    {
        var node = JsonNode.Parse(
            $$$"""
            {"id": "sidecar~{{{address}}}~{{{name}}}.shop~shop.svc.cluster.local", "cluster": "{{{app}}}.shop",
             "metadata": {"NAME": "{{{name}}}", "NAMESPACE": "shop", "SERVICE_ACCOUNT": "{{{app}}}", "WORKLOAD_NAME": "{{{app}}}", "INSTANCE_IPS": "{{{address}}}",
               "CLUSTER_ID": "Kubernetes", "ISTIO_VERSION": "1.32.0", "AGENT": "none",
               "LABELS": {"app": "{{{app}}}", "service.istio.io/canonical-name": "{{{app}}}", "service.istio.io/canonical-revision": "v1"} } }
            """)!.AsObject();
        return await StartAsync(pod, name, SidecarBootstrap.Of(node, SidecarBootstrap.Tcp(PodNetwork.ControlPlaneAddress, XdsPort), delta));
    }

    /// <summary>Starts an Envoy beside a pod and waits until it serves.</summary>
    public static async Task<SidecarEnvoy> StartAsync(NetworkNamespace pod, string name, JsonObject bootstrap, int drainSeconds = 1)
    {
        var sidecar = new SidecarEnvoy(EnvoyProcess.Start(bootstrap, pod.ProxyLauncher, drainSeconds), name);
        try
        {
            await sidecar.WaitAsync("be live", () => sidecar._envoy.IsLiveAsync());
            return sidecar;
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until a page of the admin interface holds a text.</summary>
    public Task WaitForAsync(string page, string text) =>
        WaitAsync($"show {text} at {page}", async () => (await _envoy.AdminAsync(page)).Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until a page of the admin interface does not hold a text.</summary>
    public Task WaitUntilGoneAsync(string page, string text) =>
        WaitAsync($"lose {text} at {page}", async () => !(await _envoy.AdminAsync(page)).Contains(text, StringComparison.Ordinal));

    /// <summary>Counters and gauges whose names match a regular expression.</summary>
    public Task<IReadOnlyDictionary<string, long>> StatsAsync(string filter) => _envoy.StatsAsync(filter);

    /// <summary>What it has logged.</summary>
    public string Log => _envoy.Log;

    /// <summary>Names of statistics of refused updates that are not zero.</summary>
    public async Task<IReadOnlyList<string>> RefusalsAsync() =>
        [.. (await _envoy.StatsAsync("update_rejected$")).Where(stat => stat.Value != 0).Select(stat => $"{_name}: {stat.Key} = {stat.Value}")];

    public ValueTask DisposeAsync() => _envoy.DisposeAsync();

    private async Task WaitAsync(string what, Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            if (limit.IsCancellationRequested || _envoy.HasExited)
                throw new TimeoutException($"{_name} did not {what} within {Limit}. Its log:\n{_envoy.Log}");
            await Task.Delay(20);
        }
    }
}
