using ControlPlane.EndToEnd.Gateways;
using ControlPlane.EndToEnd.Sidecars;
using ControlPlane.Testing.Network;

namespace ControlPlane.EndToEnd.Traffic;

/// <summary>
/// Traffic over the edge of the mesh: TLS that a sidecar originates, TLS that an egress gateway originates for sidecars, which reach it by mutual
/// TLS, and TLS that an ingress gateway passes on by server name.
/// </summary>
public class OutsideTests
{
    private const int Secure = 8443;
    private const string Direct = "direct.example.com", Untrusted = "untrusted.example.com", ByGateway = "gateway.example.com", PassA = "a.pass.example.com", PassB = "b.pass.example.com";

    private static readonly (string Pod, string Address) Client = ("client-1", "10.2.0.99"), Edge = ("edge-1", "10.2.0.50"), Outside = ("outside", "10.3.0.9");
    private static readonly (string Pod, string Address) A = ("web-1", "10.1.0.11"), B = ("web-2", "10.1.0.12"), Visitor = ("visitor", "10.3.0.7");

    [InterceptionFact]
    public async Task Edge_OriginatesTls_LeadsThroughTheEgressGateway_AndPassesTlsOn()
    {
        using var server = new GatewayCertificate("outside.example.com");
        using var other = new GatewayCertificate("outside.example.com");
        using var passed = new GatewayCertificate(PassA);
        var readable = Directory.CreateTempSubdirectory("roots-").FullName;
        using var objects = NewMesh(WriteRoot(readable, "root.pem", server), WriteRoot(readable, "other.pem", other));
        await using var mesh = await SecureMesh.StartAsync(objects);
        var client = await mesh.Network.AddPodAsync(Client.Address, intercepted: true);
        await using var outside = await SecureServer.StartAsync(await mesh.Network.AddPodAsync(Outside.Address, intercepted: false), Outside.Pod, Secure, server);
        await using var a = await SecureServer.StartAsync(await mesh.Network.AddPodAsync(A.Address, intercepted: false), A.Pod, Secure, passed);
        await using var b = await SecureServer.StartAsync(await mesh.Network.AddPodAsync(B.Address, intercepted: false), B.Pod, Secure, passed);
        await using var edge = await mesh.StartGatewayAsync(await mesh.Network.AddPodAsync(Edge.Address, intercepted: false), Edge.Pod, "edge", Edge.Address);
        await using var sidecar = await mesh.StartSidecarAsync(client, Client.Pod, "client", Client.Address);
        await edge.WaitForAsync("/listeners", $"0.0.0.0_{Secure}::");
        using var http = client.NewHttpClient();

        // A path of its own for each, so that none stands in for another.
        Assert.Equal((200, $"{Outside.Pod} {Direct} {Client.Address} {Direct}"), await AskAsync(http, "10.97.0.1", Direct));
        Assert.Equal(503, (await AskAsync(http, "10.97.0.3", Untrusted)).Status);
        Assert.Equal((200, $"{Outside.Pod} {ByGateway} {Edge.Address} {ByGateway}"), await AskAsync(http, "10.97.0.2", ByGateway));
        Assert.True((await edge.StatsAsync(@"listener.*ssl\.handshake$")).Values.Sum() > 0, "the gateway was not reached by mutual TLS");

        var visitor = new GatewayClient(await mesh.Network.AddPodAsync(Visitor.Address, intercepted: false), Edge.Address);
        foreach (var (name, pod) in new[] { (PassA, A.Pod), (PassB, B.Pod) })
        {
            var (reply, thumbprint) = await visitor.GetSecurelyAsync(Secure, name);
            Assert.Contains($"{pod} {name} {Edge.Address} {name}", reply, StringComparison.Ordinal);
            Assert.Equal(passed.Certificate.GetCertHashString(), thumbprint);
        }

        await Assert.ThrowsAnyAsync<IOException>(() => visitor.GetSecurelyAsync(Secure, "c.pass.example.com"));
        Assert.Empty(await edge.RefusalsAsync());
        Assert.Empty(await sidecar.RefusalsAsync());
        Directory.Delete(readable, recursive: true);
    }

    /// <summary>Asks again while the gateway still warms up; what is wrong for good stays wrong.</summary>
    private static async Task<(int Status, string Body)> AskAsync(HttpClient http, string address, string host)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{address}/") { Headers = { Host = host } };
            using var response = await http.SendAsync(request);
            var answer = ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
            if (answer.Item1 == 200 || attempt == 100)
                return answer;
            await Task.Delay(100);
        }
    }

    private static string WriteRoot(string folder, string name, GatewayCertificate certificate)
    {
        var file = Path.Combine(folder, name);
        File.WriteAllText(file, certificate.Certificate.ExportCertificatePem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
            File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
        }

        return file;
    }

    private static MeshDirectory NewMesh(string root, string otherRoot)
    {
        var mesh = new MeshDirectory();
        mesh.WriteMesh();
        mesh.WritePod(Client.Pod, Client.Address, "v1", app: "client");
        mesh.WritePod(Edge.Pod, Edge.Address, "v1", app: "edge");
        mesh.WriteService("edge", "10.96.0.50", ("https-out", 443, 9443));
        mesh.WriteEndpoints("edge", [("https-out", 9443)], Edge);
        foreach (var (service, address, target) in new[] { ("a", "10.96.0.11", A), ("b", "10.96.0.12", B) })
        {
            mesh.WritePod(target.Pod, target.Address, "v1");
            mesh.WriteService(service, address, ("tls", Secure, Secure));
            mesh.WriteEndpoints(service, [("tls", Secure)], target);
        }

        mesh.Write("outside", string.Join("\n---\n", Entry(Direct, "10.97.0.1", root), Entry(ByGateway, "10.97.0.2", root), Entry(Untrusted, "10.97.0.3", otherRoot), Egress, Passthrough));
        return mesh;
    }

    /// <summary>A host outside that is called by HTTP and reached by TLS.</summary>
    private static string Entry(string host, string address, string root) =>
        $$"""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: {{host}}, namespace: shop}
        spec:
          hosts: [{{host}}]
          addresses: [{{address}}]
          ports: [{number: 80, name: http, protocol: HTTP, targetPort: {{Secure}} }]
          resolution: STATIC
          location: MESH_EXTERNAL
          endpoints: [{address: {{Outside.Address}} }]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: {{host}}, namespace: shop}
        spec:
          host: {{host}}
          trafficPolicy: {tls: {mode: SIMPLE, sni: {{host}}, caCertificates: {{root}}, subjectAltNames: [outside.example.com]} }
        """;

    private const string Egress =
        $$"""
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: egress, namespace: shop}
        spec:
          selector: {app: edge}
          servers: [{port: {number: 443, name: https-out, protocol: HTTPS}, hosts: [{{ByGateway}}], tls: {mode: ISTIO_MUTUAL} }]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: edge, namespace: shop}
        spec:
          host: edge
          subsets: [{name: out, trafficPolicy: {portLevelSettings: [{port: {number: 443}, tls: {mode: ISTIO_MUTUAL, sni: {{ByGateway}} } }] } }]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: egress, namespace: shop}
        spec:
          hosts: [{{ByGateway}}]
          gateways: [mesh, egress]
          http:
          - {match: [{gateways: [mesh], port: 80}], route: [{destination: {host: edge, subset: out, port: {number: 443} } }]}
          - {match: [{gateways: [egress], port: 443}], route: [{destination: {host: {{ByGateway}}, port: {number: 80} } }]}
        """;

    private static string Passthrough =>
        $$"""
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: pass, namespace: shop}
        spec:
          selector: {app: edge}
          servers: [{port: {number: {{Secure}}, name: tls, protocol: TLS}, hosts: ['*.pass.example.com'], tls: {mode: PASSTHROUGH} }]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: pass, namespace: shop}
        spec:
          hosts: ['*.pass.example.com']
          gateways: [pass]
          tls:
          - {match: [{sniHosts: [{{PassA}}]}], route: [{destination: {host: a} }]}
          - {match: [{sniHosts: [{{PassB}}]}], route: [{destination: {host: b} }]}
        """;
}
