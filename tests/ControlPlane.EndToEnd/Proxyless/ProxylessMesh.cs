using ControlPlane.EndToEnd.Sidecars;

namespace ControlPlane.EndToEnd.Proxyless;

/// <summary>A control plane on this machine's loopback, one service with gRPC backends a and b in one zone and c in another.</summary>
internal sealed class ProxylessMesh : IAsyncDisposable
{
    public static readonly (string Pod, string Address) A = ("a", "127.0.0.1"), B = ("b", "127.0.0.2"), C = ("c", "127.0.0.3");

    private const int ServicePort = 7070;

    private readonly MeshDirectory _directory;
    private readonly NamedBackends _backends;
    private readonly ControlPlaneProcess _controlPlane;

    private ProxylessMesh(MeshDirectory directory, NamedBackends backends, ControlPlaneProcess controlPlane)
    {
        _directory = directory;
        _backends = backends;
        _controlPlane = controlPlane;
    }

    /// <summary>What a client dials.</summary>
    public static string Target => $"xds:///web.shop.svc.cluster.local:{ServicePort}";

    /// <summary>The service's cluster.</summary>
    public static string Cluster => $"outbound|{ServicePort}||web.shop.svc.cluster.local";

    /// <summary>Port of all backends.</summary>
    public int BackendPort => _backends.Port;

    /// <summary>Address of the xDS server.</summary>
    public string XdsAddress => _controlPlane.LineAfter("xDS").Split(' ')[0];

    public string Log => _controlPlane.Log;

    /// <summary>The environment that makes gRPC find the control plane.</summary>
    public IReadOnlyDictionary<string, string> ClientEnvironment => new Dictionary<string, string>
    {
        ["GRPC_XDS_BOOTSTRAP_CONFIG"] =
            "{\"xds_servers\": [{\"server_uri\": \"" + XdsAddress + "\", \"channel_creds\": [{\"type\": \"insecure\"}], \"server_features\": [\"xds_v3\"]}], \"node\": {"
            + "\"id\": \"sidecar~127.0.0.9~client-1.shop~shop.svc.cluster.local\", \"locality\": {\"region\": \"region-1\", \"zone\": \"zone-a\"},"
            + " \"metadata\": {\"GENERATOR\": \"grpc\", \"NAMESPACE\": \"shop\", \"CLUSTER_ID\": \"Kubernetes\"} } }",
    };

    /// <summary>Starts everything, with the backends that the service has at first.</summary>
    public static async Task<ProxylessMesh> StartAsync(params (string Pod, string Address)[] endpoints)
    {
        var directory = new MeshDirectory();
        var backends = await NamedBackends.StartAsync((A.Pod, A.Address), (B.Pod, B.Address), (C.Pod, C.Address));
        directory.WritePlaintextMesh();
        directory.WriteNode("node-a", "zone-a");
        directory.WriteNode("node-b", "zone-b");
        WritePods(directory, "v1", "v1", "v1");
        directory.WriteService("web", "10.96.0.11", ("grpc", ServicePort, backends.Port));
        directory.WriteEndpoints("web", [("grpc", backends.Port)], endpoints);
        var controlPlane = await ControlPlaneProcess.StartAsync(
            directory.Path, ["--xds-address", "127.0.0.1:0", "--secure-xds-address", "127.0.0.1:0", "--http-address", "127.0.0.1:0", "--monitoring-address", "127.0.0.1:0"]);
        return new ProxylessMesh(directory, backends, controlPlane);
    }

    /// <summary>Changes which backends the service has.</summary>
    public void SetEndpoints(params (string Pod, string Address)[] endpoints) => _directory.WriteEndpoints("web", [("grpc", BackendPort)], endpoints);

    /// <summary>
    /// Routes requests: those with the header x-user: jason to c if so wanted, of the others some of a hundred to a and the rest to b. The pods
    /// are versions v1, v2 and v3.
    /// </summary>
    public void SetRoutes(int weightOfA, bool byHeader)
    {
        WritePods(_directory, "v1", "v2", "v3");
        _directory.Write(
            "routes",
            $$"""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: web, namespace: shop}
            spec:
              host: web
              subsets: [{name: v1, labels: {version: v1} }, {name: v2, labels: {version: v2} }, {name: v3, labels: {version: v3} }]
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: web, namespace: shop}
            spec:
              hosts: [web]
              http:
              {{(byHeader ? "- {match: [{headers: {x-user: {exact: jason} } }], route: [{destination: {host: web, subset: v3} }]}" : "")}}
              - route:
                - {destination: {host: web, subset: v1}, weight: {{weightOfA}} }
                - {destination: {host: web, subset: v2}, weight: {{100 - weightOfA}} }
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _controlPlane.DisposeAsync();
        await _backends.DisposeAsync();
        _directory.Dispose();
    }

    private static void WritePods(MeshDirectory directory, string versionOfA, string versionOfB, string versionOfC)
    {
        directory.WritePod(A.Pod, A.Address, versionOfA, node: "node-a");
        directory.WritePod(B.Pod, B.Address, versionOfB, node: "node-a");
        directory.WritePod(C.Pod, C.Address, versionOfC, node: "node-b");
    }
}
