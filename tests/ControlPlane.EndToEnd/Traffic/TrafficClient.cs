using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ControlPlane.EndToEnd.Sidecars;
using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Traffic;

/// <summary>A pod in zone-a that calls services, with an Envoy as sidecar.</summary>
internal sealed class TrafficClient : IAsyncDisposable
{
    private readonly HttpClient _http;

    private TrafficClient(SidecarEnvoy sidecar, HttpClient http)
    {
        Sidecar = sidecar;
        _http = http;
    }

    /// <summary>Its proxy.</summary>
    public SidecarEnvoy Sidecar { get; }

    /// <summary>Starts its proxy and waits until that serves.</summary>
    public static async Task<TrafficClient> StartAsync(NetworkNamespace pod, string name, string address, int xdsPort, bool delta)
    {
        var sidecar = await SidecarEnvoy.StartAsync(
            pod, name, SidecarBootstrap.Of(Node(name, address), SidecarBootstrap.Tcp(PodNetwork.ControlPlaneAddress, xdsPort), delta));
        var http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = async (context, stop) => new NetworkStream(
                await pod.ConnectAsync(new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port), stop), ownsSocket: true),
        })
        {
            Timeout = TimeSpan.FromSeconds(60),
        };
        return new TrafficClient(sidecar, http);
    }

    /// <summary>Sends a request from its application to the address of a service.</summary>
    public async Task<TrafficReply> SendAsync(
        string service, string address, int port, string path, HttpMethod method, IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(method, $"http://{address}:{port}{path}");
        request.Headers.Host = $"{service}.shop:{port}";
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var watch = Stopwatch.StartNew();
        using var response = await _http.SendAsync(request);
        return new TrafficReply((int)response.StatusCode, response.Headers, await response.Content.ReadAsStringAsync(), watch.Elapsed);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Sidecar.DisposeAsync();
    }

    private static JsonObject Node(string name, string address) => JsonNode.Parse(
        $$$"""
        {"id": "sidecar~{{{address}}}~{{{name}}}.shop~shop.svc.cluster.local", "cluster": "client.shop", "locality": {"region": "region-1", "zone": "zone-a"},
         "metadata": {"NAME": "{{{name}}}", "NAMESPACE": "shop", "SERVICE_ACCOUNT": "client", "WORKLOAD_NAME": "client", "INSTANCE_IPS": "{{{address}}}",
           "CLUSTER_ID": "Kubernetes", "ISTIO_VERSION": "1.32.0", "AGENT": "none", "LABELS": {"app": "client"}} }
        """)!.AsObject();
}
