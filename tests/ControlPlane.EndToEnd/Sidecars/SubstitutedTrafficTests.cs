using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ControlPlane.EndToEnd.Loading;
using ControlPlane.Model.Proxies;
using ControlPlane.Testing;
using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>Two core Envoys with istiod's answers, substituted, carry what two of Istio's own would: mutual TLS, detected protocols, metrics.</summary>
public class SubstitutedTrafficTests
{
    private const string ServerAddress = "10.1.0.71";
    private const string ServiceAddress = "10.96.0.71";
    private const string ClientIdentity = "spiffe://cluster.local/ns/other/sa/client";
    private const string ServerIdentity = "spiffe://cluster.local/ns/shop/sa/default";
    private const int DeclaredHttp = 8119, DetectedHttp = 8116, DetectedHttp2 = 8117, DeclaredHttp2 = 8101, DeclaredTcp = 8103;

    [InterceptionFact(ConformanceAnswers.Cases)]
    public async Task Sidecars_OfIstiodsAnswersSubstituted_CarryHttpAndTcpOverMutualTls()
    {
        await using var network = await PodNetwork.StartAsync();
        var clientPod = await network.AddPodAsync("10.2.0.99", intercepted: true);
        var serverPod = await network.AddPodAsync(ServerAddress, intercepted: true);
        await using var application = await PodApplication.StartAsync(
            serverPod, "ports-1", http1: [DeclaredHttp, DetectedHttp], http2: [DetectedHttp2, DeclaredHttp2], tcp: [DeclaredTcp]);
        await using var client = await StartAsync("client", ClientIdentity, clientPod);
        await using var server = await StartAsync("ports", ServerIdentity, serverPod);

        using var http = clientPod.NewHttpClient();
        await ExpectIdentifiedAsync(http, DeclaredHttp, HttpVersion.Version11, "HTTP/1.1");
        await ExpectIdentifiedAsync(http, DetectedHttp, HttpVersion.Version11, "HTTP/1.1");
        await ExpectIdentifiedAsync(http, DetectedHttp2, HttpVersion.Version20, "HTTP/2");
        await ExpectIdentifiedAsync(http, DeclaredHttp2, HttpVersion.Version11, "HTTP/2");
        using (var socket = await clientPod.ConnectAsync(new IPEndPoint(IPAddress.Parse(ServiceAddress), DeclaredTcp)))
        {
            Assert.Equal("ports-1 hello", await AskAsync(socket, "hello"));
        }

        await ExpectMetricsAsync(client, "source");
        await ExpectMetricsAsync(server, "destination");
    }

    private static async Task<LoadedEnvoy> StartAsync(string proxy, string identity, NetworkNamespace pod)
    {
        var json = JsonNode.Parse(await File.ReadAllTextAsync(SharedDirectory.Path($"{ConformanceAnswers.Cases}/base/proxies/{proxy}/node.json")))!;
        var node = new JsonObject { ["id"] = json["id"]!.DeepClone(), ["cluster"] = json["cluster"]!.DeepClone(), ["metadata"] = json["metadata"]!.DeepClone() };
        var envoy = await LoadedEnvoy.StartAsync(node, identity, pod.ProxyLauncher);
        var core = new ProxyCapabilities([.. KnownExtensions.All.Order(StringComparer.Ordinal)], true);
        Assert.Empty(await envoy.LoadAsync(ConformanceAnswers.Of(new LoadedProxy("base", proxy, ""), core)));
        return envoy;
    }

    /// <summary>A request that both proxies understood: the client's certificate is named to the application, in the HTTP version that it was to get.</summary>
    private static async Task ExpectIdentifiedAsync(HttpClient http, int port, Version version, string protocol)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{ServiceAddress}:{port}/") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{port}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        var reply = (await response.Content.ReadFromJsonAsync<PodReply>())!;
        Assert.Equal(protocol, reply.Protocol);
        Assert.Contains("URI=" + ClientIdentity, reply.ClientCertificate, StringComparison.Ordinal);
        Assert.NotEmpty(reply.RequestId);
    }

    private static async Task<string?> AskAsync(Socket socket, string line)
    {
        await using var stream = new NetworkStream(socket);
        await using var writer = new StreamWriter(stream, leaveOpen: true) { AutoFlush = true, NewLine = "\n" };
        using var reader = new StreamReader(stream, leaveOpen: true);
        await writer.WriteLineAsync(line);
        return await reader.ReadLineAsync();
    }

    private static async Task ExpectMetricsAsync(LoadedEnvoy envoy, string reporter)
    {
        var requests = await WaitForLineAsync(envoy, "envoy_istio_requests_total{", $"reporter=\"{reporter}\"");
        Assert.Contains("response_code=\"200\"", requests, StringComparison.Ordinal);
        Assert.Contains($"source_principal=\"{ClientIdentity}\"", requests, StringComparison.Ordinal);
        Assert.Contains($"destination_principal=\"{ServerIdentity}\"", requests, StringComparison.Ordinal);
        Assert.Contains("destination_service=\"ports.shop.svc.cluster.local\"", requests, StringComparison.Ordinal);
        var bytes = await WaitForLineAsync(envoy, "envoy_istio_tcp_received_bytes_total{", $"reporter=\"{reporter}\"");
        Assert.EndsWith(" 6", bytes, StringComparison.Ordinal);
    }

    /// <summary>A line of the metrics; a connection is counted when both sides have closed it.</summary>
    private static async Task<string> WaitForLineAsync(LoadedEnvoy envoy, string start, string part)
    {
        for (var attempt = 0; ; attempt++)
        {
            var metrics = await envoy.Envoy.AdminAsync("/stats/prometheus");
            if (metrics.Split('\n').FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal) && line.Contains(part, StringComparison.Ordinal)) is { } found)
                return found;
            Assert.True(attempt < 1200, $"no {start} with {part} in\n{string.Join('\n', metrics.Split('\n').Where(line => line.Contains("istio", StringComparison.Ordinal)))}");
            await Task.Delay(50);
        }
    }
}
