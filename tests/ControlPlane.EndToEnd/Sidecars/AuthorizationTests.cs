using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>Real Envoys obey AuthorizationPolicies: who may call is known by the certificate that a client shows.</summary>
public class AuthorizationTests
{
    private const string ServiceAddress = "10.96.0.11";
    private const int Http = 80, Tcp = 9090, HttpTarget = 8080;
    private const string Refused = "refused";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly (string Pod, string Address) Web = ("web-1", "10.1.0.11"), Friend = ("friend-1", "10.2.0.99"), Stranger = ("stranger-1", "10.2.0.98");

    [InterceptionFact]
    public async Task Policies_AdmitByPrincipalAndPath_OverHttpAndTcp()
    {
        using var objects = NewMesh();
        await using var mesh = await SecureMesh.StartAsync(objects);
        var (friendPod, strangerPod, webPod) = (
            await mesh.Network.AddPodAsync(Friend.Address, intercepted: true), await mesh.Network.AddPodAsync(Stranger.Address, intercepted: true),
            await mesh.Network.AddPodAsync(Web.Address, intercepted: true));
        await using var web = await PodApplication.StartAsync(webPod, Web.Pod, http1: [HttpTarget], http2: [], tcp: [Tcp]);
        await using var server = await mesh.StartSidecarAsync(webPod, Web.Pod, "web", Web.Address);
        await using var friendProxy = await mesh.StartSidecarAsync(friendPod, Friend.Pod, "friend", Friend.Address);
        await using var strangerProxy = await mesh.StartSidecarAsync(strangerPod, Stranger.Pod, "stranger", Stranger.Address, delta: false);
        await UntilAsync(friendPod, "/", "200", "echo");
        await UntilAsync(strangerPod, "/", "200", "echo");

        WritePolicy(objects, "friends", "ALLOW", "{from: [{source: {principals: [cluster.local/ns/shop/sa/friend]}}]}");
        await UntilAsync(strangerPod, "/", "403", Refused);
        await UntilAsync(friendPod, "/", "200", "echo");
        await UntilAsync(friendPod, "/private/x", "200", "echo");

        WritePolicy(objects, "private", "DENY", "{to: [{operation: {paths: ['/private/*'], ports: ['8080']}}]}");
        await UntilAsync(friendPod, "/private/x", "403", "echo");
        await UntilAsync(friendPod, "/", "200", "echo");

        // A rule that can't be read opens nothing.
        WritePolicy(objects, "friends", "ALLOW", "{from: [{source: {ipBlocks: [everywhere]}}]}");
        await UntilAsync(friendPod, "/", "403", Refused);

        WritePolicy(objects, "friends", "ALLOW", "{to: [{operation: {paths: ['/items/{*}/price']}}]}", "{from: [{source: {namespaces: [elsewhere]}}]}");
        await UntilAsync(strangerPod, "/items/7/price", "200", Refused);
        await UntilAsync(strangerPod, "/items/7/8/price", "403", Refused);

        // Long names make long expressions.
        var account = $"{new string('n', 60)}/{string.Concat(Enumerable.Repeat("account.", 25))}x";
        WritePolicy(objects, "friends", "ALLOW", $$"""{from: [{source: {serviceAccounts: [{{account}}, friend]} }]}""");
        await UntilAsync(friendPod, "/", "200", "echo");
        await UntilAsync(strangerPod, "/", "403", Refused);
        foreach (var proxy in new[] { server, friendProxy, strangerProxy })
            Assert.Empty(await proxy.RefusalsAsync());
    }

    private static MeshDirectory NewMesh() =>
        MeshDirectory.OfWeb(ServiceAddress, [("http", Http, HttpTarget), ("tcp-echo", Tcp, Tcp)], Web, ("friend", Friend), ("stranger", Stranger));

    private static void WritePolicy(MeshDirectory mesh, string name, string action, params string[] rules) => mesh.Write(
        "policy-" + name,
        $$"""
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: {{name}}, namespace: shop}
        spec:
          selector: {matchLabels: {app: web} }
          action: {{action}}
          rules: [{{string.Join(", ", rules)}}]
        """);

    /// <summary>Until a request for a path and a connection are answered as they should be.</summary>
    private static async Task UntilAsync(NetworkNamespace pod, string path, string status, string echo)
    {
        using var http = pod.NewHttpClient();
        (string Status, string Echo) last = default;
        for (var attempt = 0; attempt < 1200; attempt++)
        {
            last = (await StatusAsync(http, path), await EchoAsync(pod));
            if (last == (status, echo))
                return;
            await Task.Delay(50);
        }

        Assert.Fail($"{path} should have been answered with {status}, the connection with {echo}: {last}");
    }

    private static async Task<string> StatusAsync(HttpClient http, string path)
    {
        try
        {
            using var response = await http.GetAsync(new Uri($"http://{ServiceAddress}:{Http}{path}"));
            return ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException fault)
        {
            return fault.Message;
        }
    }

    private static async Task<string> EchoAsync(NetworkNamespace pod)
    {
        try
        {
            using var limit = new CancellationTokenSource(Limit);
            using var socket = await pod.ConnectAsync(new IPEndPoint(IPAddress.Parse(ServiceAddress), Tcp), limit.Token);
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync("hello\n"u8.ToArray(), limit.Token);
            using var reader = new StreamReader(stream);
            return await reader.ReadLineAsync(limit.Token) is null ? Refused : "echo";
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            return Refused;
        }
    }
}
