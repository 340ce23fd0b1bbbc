using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ControlPlane.EndToEnd.Sidecars;
using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Injection;

/// <summary>
/// Two pods with the template agentless, made by <c>controlplane inject</c> and run as the kubelet would run them: interception by our own
/// program, plain Envoys by the bootstrap in their arguments, keys and certificates by SDS over a stream that a token proves, mutual TLS.
/// </summary>
public class AgentlessTrafficTests
{
    private const string ServiceAddress = "10.96.0.11", ClientIdentity = "spiffe://cluster.local/ns/shop/sa/client";
    private const int Http = 80, Tcp = 9090, HttpTarget = 8080;

    private static readonly (string Name, int Port)[] Targets = [("http", HttpTarget), ("tcp-echo", Tcp)];
    private static readonly (string Pod, string Address) Web = ("web-1", "10.1.0.11"), Client = ("client-1", "10.2.0.99"), Outsider = ("outside-1", "10.3.0.7");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [InterceptionTheory]
    [InlineData("REDIRECT")]
    [InlineData("TPROXY")]
    public async Task Pods_WithTheTemplateAgentless_SpeakMutualTlsThroughTheirProxies(string mode)
    {
        using var objects = new MeshDirectory();
        objects.WriteMesh();
        objects.WritePeerAuthentication("STRICT");
        objects.WriteService("web", ServiceAddress, ("http", Http, HttpTarget), ("tcp-echo", Tcp, Tcp));
        objects.WriteEndpoints("web", Targets, Web);
        await using var mesh = await SecureMesh.StartAsync(objects, "--server-names", PodNetwork.ControlPlaneAddress);
        var clientNetwork = await mesh.Network.AddPodAsync(Client.Address, intercepted: false);
        var webNetwork = await mesh.Network.AddPodAsync(Web.Address, intercepted: false);
        var outsider = await mesh.Network.AddPodAsync(Outsider.Address, intercepted: false);
        await using var application = await PodApplication.StartAsync(webNetwork, Web.Pod, http1: [HttpTarget], http2: [], tcp: [Tcp]);
        await using var web = await StartAsync(mesh, webNetwork, Web, "web", mode);
        await using var client = await StartAsync(mesh, clientNetwork, Client, "client", mode);

        // The kubelet's probes: of the proxy, and through it of the application, although plaintext is refused.
        await UntilAsync(outsider, $"http://{Web.Address}:15021/healthz/ready", _ => true, () => $"{web.Log}\n{mesh.ControlPlane.Log}");
        await UntilAsync(outsider, $"http://{Web.Address}:15020/app-health/app/readyz", body => body.Contains(Web.Pod, StringComparison.Ordinal), () => web.Log);
        await UntilAsync(
            clientNetwork, $"http://{ServiceAddress}/", body => body.Contains("URI=" + ClientIdentity, StringComparison.Ordinal), () => $"{client.Log}\n{web.Log}\n{mesh.ControlPlane.Log}");
        using var http = clientNetwork.NewHttpClient();
        for (var i = 0; i < 20; i++)
        {
            var reply = (await http.GetFromJsonAsync<PodReply>($"http://{ServiceAddress}/{i}"))!;
            Assert.Equal(Web.Pod, reply.Pod);
            Assert.Contains("URI=" + ClientIdentity, reply.ClientCertificate, StringComparison.Ordinal);
        }

        Assert.Equal($"{Web.Pod} hello", await EchoAsync(clientNetwork, "hello"));
        await ExpectRefusedAsync(outsider);
        var secrets = await client.AdminAsync("/config_dump?resource=dynamic_active_secrets");
        Assert.Contains("\"default\"", secrets, StringComparison.Ordinal);
        foreach (var proxy in (InjectedPod[])[client, web])
            Assert.DoesNotMatch("update_rejected: [1-9]", await proxy.AdminAsync("/stats?filter=update_rejected"));
    }

    /// <summary>Injects a pod, tells the mesh of it, and starts what injection put into it.</summary>
    private static async Task<InjectedPod> StartAsync(SecureMesh mesh, NetworkNamespace network, (string Pod, string Address) named, string app, string mode)
    {
        var folder = Directory.CreateTempSubdirectory("inject-").FullName;
        try
        {
            var manifest = Path.Combine(folder, "pod.yaml");
            var config = Path.Combine(folder, "mesh.yaml");
            await File.WriteAllTextAsync(config, $"defaultConfig: {{discoveryAddress: '{PodNetwork.ControlPlaneAddress}:15012'}}\n");
            await File.WriteAllTextAsync(manifest, $$"""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: {{named.Pod}}
                  namespace: shop
                  labels: {app: {{app}}, version: v1}
                  annotations: {inject.istio.io/templates: agentless, sidecar.istio.io/interceptionMode: {{mode}} }
                spec:
                  serviceAccountName: {{app}}
                  nodeName: node-a
                  containers:
                  - {name: app, image: "example/app:1", ports: [{containerPort: {{HttpTarget}} }], readinessProbe: {httpGet: {path: /ready, port: {{HttpTarget}} } } }
                """);
            var pod = JsonNode.Parse(YamlDocument.ReadOne(await SecureMesh.RunAsync("inject", "-f", manifest, "--mesh-config", config)).Span)!;
            pod["status"] = JsonNode.Parse($$"""{"phase":"Running","podIP":"{{named.Address}}","podIPs":[{"ip":"{{named.Address}}"}],"conditions":[{"type":"Ready","status":"True"}]}""");
            mesh.Objects.Write("pod-" + named.Pod, pod.ToJsonString());
            return await InjectedPod.StartAsync(pod, network, named.Address, new KubeletVolumes(pod, await mesh.WriteTokenAsync(app), mesh.RootFile));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task UntilAsync(NetworkNamespace from, string url, Func<string, bool> isGood, Func<string> describe)
    {
        using var http = from.NewHttpClient(pooledConnectionLifetime: TimeSpan.Zero);
        using var patience = new CancellationTokenSource(Patience);
        for (var last = ""; ; await Task.Delay(100))
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(url));
                last = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
                if (answer.StatusCode == HttpStatusCode.OK && isGood(last))
                    return;
            }
            catch (Exception fault) when (fault is HttpRequestException or SocketException or IOException or OperationCanceledException)
            {
                last = fault.Message;
            }

            Assert.False(patience.IsCancellationRequested, patience.IsCancellationRequested ? $"{url}: {last}\n{describe()}" : "");
        }
    }

    private static async Task<string> EchoAsync(NetworkNamespace from, string text)
    {
        using var socket = await from.ConnectAsync(new IPEndPoint(IPAddress.Parse(ServiceAddress), Tcp));
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { AutoFlush = true };
        await writer.WriteLineAsync(text);
        return await reader.ReadLineAsync().WaitAsync(Patience) ?? "";
    }

    private static async Task ExpectRefusedAsync(NetworkNamespace outsider)
    {
        using var http = outsider.NewHttpClient(pooledConnectionLifetime: TimeSpan.Zero);
        var fault = await Record.ExceptionAsync(() => http.GetStringAsync(new Uri($"http://{Web.Address}:{HttpTarget}/")));
        Assert.True(fault is HttpRequestException or SocketException or IOException, $"plaintext was accepted: {fault}");
    }
}
