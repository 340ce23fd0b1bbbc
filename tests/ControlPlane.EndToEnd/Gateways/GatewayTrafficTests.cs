using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Authentication;
using ControlPlane.EndToEnd.Sidecars;
using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Gateways;

/// <summary>An Envoy as ingress gateway of the control plane that users start, with certificates from Secrets over its authenticated stream.</summary>
public class GatewayTrafficTests
{
    private const int Http = 8080, Https = 8443, Tcp = 9000, Target = 8081, TcpTarget = 9090;
    private const string Simple = "shop.example.com", Mutual = "partner.example.com", Redirected = "old.example.com";

    private static readonly (string Name, int Port)[] Targets = [("http", Target), ("tcp-echo", TcpTarget)];
    private static readonly (string Pod, string Address) Web = ("web-1", "10.1.0.11"), Edge = ("edge-1", "10.2.0.50"), Outsider = ("outside-1", "10.3.0.7");

    [InterceptionFact]
    public async Task Gateway_HttpHttpsMutualAndTcp_ServesWhatItsObjectsSay_AndTakesANewCertificateUnderLoad()
    {
        using var first = new GatewayCertificate(Simple);
        using var second = new GatewayCertificate(Simple);
        using var partner = new GatewayCertificate("client.partner.example.com");
        using var objects = NewMesh();
        objects.Write("secret", first.Secret("shop-cert", partner));
        await using var mesh = await SecureMesh.StartAsync(objects);
        var edgePod = await mesh.Network.AddPodAsync(Edge.Address, intercepted: false);
        await using var web = await PodApplication.StartAsync(await mesh.Network.AddPodAsync(Web.Address, intercepted: false), Web.Pod, http1: [Target], http2: [], tcp: [TcpTarget]);
        await using var edge = await mesh.StartGatewayAsync(edgePod, Edge.Pod, "edge", Edge.Address);
        var client = new GatewayClient(await mesh.Network.AddPodAsync(Outsider.Address, intercepted: false), Edge.Address);
        await edge.WaitForAsync("/listeners", $"0.0.0.0_{Https}::");

        Assert.Contains(Web.Pod, await UntilAsync(() => client.GetAsync(Http, Simple), reply => reply.Contains("200 OK", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("404", await client.GetAsync(Http, "unknown.example.com"), StringComparison.Ordinal);
        Assert.Contains($"location: https://{Redirected}/", await client.GetAsync(Http, Redirected), StringComparison.OrdinalIgnoreCase);
        Assert.Equal($"{Web.Pod} hello", await client.EchoAsync(Tcp));
        Assert.Equal(first.Certificate.GetCertHashString(), (await client.GetSecurelyAsync(Https, Simple)).Thumbprint);
        Assert.Contains("200 OK", (await client.GetSecurelyAsync(Https, Mutual, partner.Certificate)).Reply, StringComparison.Ordinal);
        Assert.True(await IsRefusedAsync(client, second), "a client without a trusted certificate was let in");

        var failures = await UnderLoadAsync(client, async () =>
        {
            objects.Write("secret", second.Secret("shop-cert", partner));
            await UntilAsync(() => client.GetSecurelyAsync(Https, Simple), reply => reply.Thumbprint == second.Certificate.GetCertHashString());
        });
        Assert.True(failures.IsEmpty, string.Join('\n', failures.Take(10)));
        Assert.Empty(await edge.RefusalsAsync());
    }

    private static MeshDirectory NewMesh()
    {
        var mesh = new MeshDirectory();
        mesh.WriteMesh();
        mesh.WritePod(Web.Pod, Web.Address, "v1");
        mesh.WritePod(Edge.Pod, Edge.Address, "v1", app: "edge");
        mesh.WriteService("web", "10.96.0.11", ("http", 80, Target), ("tcp-echo", TcpTarget, TcpTarget));
        mesh.WriteEndpoints("web", Targets, Web);
        mesh.Write(
            "gateway",
            $$"""
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: edge, namespace: shop}
            spec:
              selector: {app: edge}
              servers:
              - {port: {number: {{Http}}, name: http, protocol: HTTP}, hosts: [{{Simple}}]}
              - {port: {number: {{Http}}, name: redirect, protocol: HTTP}, hosts: [{{Redirected}}], tls: {httpsRedirect: true} }
              - {port: {number: {{Https}}, name: https, protocol: HTTPS}, hosts: [{{Simple}}], tls: {mode: SIMPLE, credentialName: shop-cert} }
              - {port: {number: {{Https}}, name: https-partner, protocol: HTTPS}, hosts: [{{Mutual}}], tls: {mode: MUTUAL, credentialName: shop-cert} }
              - {port: {number: {{Tcp}}, name: tcp, protocol: TCP}, hosts: ['*']}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: web, namespace: shop}
            spec:
              hosts: ['*.example.com']
              gateways: [edge]
              http: [{match: [{uri: {prefix: /}, authority: {regex: '(shop|partner|old).*'} }], route: [{destination: {host: web, port: {number: 80} } }]}]
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: tcp, namespace: shop}
            spec:
              hosts: ['*']
              gateways: [edge]
              tcp: [{route: [{destination: {host: web, port: {number: {{TcpTarget}} } } }]}]
            """);
        return mesh;
    }

    private static async Task<bool> IsRefusedAsync(GatewayClient client, GatewayCertificate untrusted)
    {
        try
        {
            return !(await client.GetSecurelyAsync(Https, Mutual, untrusted.Certificate)).Reply.Contains("200 OK", StringComparison.Ordinal);
        }
        catch (Exception fault) when (fault is IOException or AuthenticationException or SocketException)
        {
            return true;
        }
    }

    /// <summary>What went wrong for a client that asks again and again while something is done.</summary>
    private static async Task<ConcurrentBag<string>> UnderLoadAsync(GatewayClient client, Func<Task> action)
    {
        var failures = new ConcurrentBag<string>();
        using var stop = new CancellationTokenSource();
        var load = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    var (reply, _) = await client.GetSecurelyAsync(Https, Simple);
                    if (!reply.Contains("200 OK", StringComparison.Ordinal))
                        failures.Add(reply);
                }
                catch (Exception fault) when (fault is IOException or AuthenticationException or SocketException or OperationCanceledException)
                {
                    failures.Add(fault.Message);
                }
            }
        });
        await action();
        await stop.CancelAsync();
        await load;
        return failures;
    }

    private static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> isRight)
    {
        T? last = default;
        for (var attempt = 0; attempt < 1200; attempt++)
        {
            last = await ask();
            if (isRight(last))
                return last;
            await Task.Delay(50);
        }

        Assert.Fail($"the last answer was {last}");
        return last;
    }
}
