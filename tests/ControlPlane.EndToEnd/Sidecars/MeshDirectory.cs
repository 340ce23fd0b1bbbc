namespace ControlPlane.EndToEnd.Sidecars;

/// <summary>A directory of Kubernetes YAML that a test changes file by file; each file appears whole, by renaming.</summary>
internal sealed class MeshDirectory : IDisposable
{
    private readonly string _staging = Directory.CreateTempSubdirectory("staging-").FullName;

    public string Path { get; } = Directory.CreateTempSubdirectory("mesh-").FullName;

    /// <summary>The mesh without TLS: identities are another test's matter.</summary>
    public void WritePlaintextMesh() => Write(
        "mesh",
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: istio-system}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {istio-injection: enabled}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: istio, namespace: istio-system}
        data:
          mesh: |
            enableAutoMtls: false
            defaultProviders: {metrics: [prometheus]}
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: istio-system}
        spec: {mtls: {mode: DISABLE}}
        """);

    /// <summary>The mesh with Istio's defaults: mutual TLS wherever both sides have a sidecar.</summary>
    public void WriteMesh() => Write(
        "mesh",
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: istio-system}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {istio-injection: enabled}}
        """);

    /// <summary>A STRICT mesh with the service web, of one pod, and with the pods that call it.</summary>
    public static MeshDirectory OfWeb(
        string serviceAddress, (string Name, int Port, int Target)[] ports, (string Pod, string Address) web, params (string App, (string Pod, string Address) Pod)[] callers)
    {
        var mesh = new MeshDirectory();
        mesh.WriteMesh();
        mesh.WritePeerAuthentication("STRICT");
        foreach (var (app, pod) in callers)
            mesh.WritePod(pod.Pod, pod.Address, "v1", app: app, mutualTls: true);
        mesh.WritePod(web.Pod, web.Address, "v1", mutualTls: true);
        mesh.WriteService("web", serviceAddress, ports);
        mesh.WriteEndpoints("web", [.. ports.Select(port => (port.Name, port.Target))], web);
        return mesh;
    }

    /// <summary>What the namespace shop asks of its callers: STRICT, PERMISSIVE or DISABLE.</summary>
    public void WritePeerAuthentication(string mode) => Write(
        "peer-authentication",
        $$"""
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: shop}
        spec: {mtls: {mode: {{mode}} } }
        """);

    /// <summary>Writes a pod of the namespace shop that is ready.</summary>
    public void WritePod(string name, string address, string version, string app = "web", string node = "node-a", bool mutualTls = false) => Write(
        "pod-" + name,
        $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: {{name}}
          namespace: shop
          labels: {app: {{app}}, version: {{version}}, service.istio.io/canonical-name: {{app}}, service.istio.io/canonical-revision: {{version}}{{(mutualTls ? ", security.istio.io/tlsMode: istio" : "")}} }
        spec: {serviceAccountName: {{app}}, nodeName: {{node}}, containers: [{name: app, image: example/app:1}]}
        status:
          phase: Running
          podIP: {{address}}
          podIPs: [{ip: {{address}}}]
          conditions: [{type: Ready, status: 'True'}]
        """);

    /// <summary>Writes a node in a zone of the only region.</summary>
    public void WriteNode(string name, string zone) => Write(
        "node-" + name,
        $$"""
        apiVersion: v1
        kind: Node
        metadata: {name: {{name}}, labels: {topology.kubernetes.io/region: region-1, topology.kubernetes.io/zone: {{zone}} } }
        """);

    /// <summary>Writes a service of the namespace shop.</summary>
    public void WriteService(string name, string address, params (string Name, int Port, int Target)[] ports) =>
        Write("service-" + name, Service(name, address, ports));

    /// <summary>A service of the namespace shop.</summary>
    public static string Service(string name, string address, params (string Name, int Port, int Target)[] ports) =>
        $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{name}}, namespace: shop}
        spec:
          selector: {app: web}
          clusterIP: {{address}}
          clusterIPs: [{{address}}]
          ports: [{{string.Join(", ", ports.Select(p => $"{{name: {p.Name}, port: {p.Port}, targetPort: {p.Target}, protocol: TCP}}"))}}]
        """;

    /// <summary>Writes the endpoints of a service.</summary>
    public void WriteEndpoints(string service, (string Name, int Port)[] ports, params (string Pod, string Address)[] endpoints) =>
        Write("endpoints-" + service, Endpoints(service, ports, endpoints));

    /// <summary>The endpoints of a service.</summary>
    public static string Endpoints(string service, (string Name, int Port)[] ports, params (string Pod, string Address)[] endpoints) =>
        $$"""
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        addressType: IPv4
        metadata: {name: {{service}}-1, namespace: shop, labels: {kubernetes.io/service-name: {{service}} } }
        endpoints:
        {{string.Join("\n", endpoints.Select(Endpoint))}}
        ports: [{{string.Join(", ", ports.Select(p => $"{{name: {p.Name}, port: {p.Port}, protocol: TCP}}"))}}]
        """;

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        Directory.Delete(_staging, recursive: true);
    }

    private static string Endpoint((string Pod, string Address) endpoint) =>
        "- {addresses: [" + endpoint.Address + "], conditions: {ready: true, serving: true, terminating: false}, targetRef: {kind: Pod, name: " + endpoint.Pod
        + ", namespace: shop}}";

    /// <summary>Writes a file of objects.</summary>
    public void Write(string name, string yaml)
    {
        var staged = System.IO.Path.Combine(_staging, name + ".yaml");
        File.WriteAllText(staged, yaml);
        File.Move(staged, System.IO.Path.Combine(Path, name + ".yaml"), overwrite: true);
    }
}
