using System.Globalization;
using System.Text;

namespace ControlPlane.Benchmarks.Load;

/// <summary>Writes a mesh as a directory of YAML: services over ten namespaces, and in each a workload whose pods are the connected proxies.</summary>
internal sealed class MeshDirectory
{
    public const int Namespaces = 10;
    private readonly int _endpoints;

    public MeshDirectory(string path, int services, int endpoints, int proxies, int virtualServices)
    {
        Root = path;
        _endpoints = endpoints;
        Directory.CreateDirectory(path);
        var mesh = new StringBuilder("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: istio, namespace: istio-system}
            data:
              mesh: |
                defaultProviders: {metrics: [prometheus]}
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: node-a, labels: {topology.kubernetes.io/region: r1, topology.kubernetes.io/zone: z1}}

            """);
        for (var ns = 0; ns < Namespaces; ns++)
            mesh.Append(CultureInfo.InvariantCulture, $"---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: ns-{ns}}}\n");
        File.WriteAllText(Path.Combine(path, "mesh.yaml"), mesh.ToString());
        for (var service = 0; service < services; service++)
        {
            File.WriteAllText(Path.Combine(path, $"service-{service}.yaml"), ServiceYaml(service, ""));
            File.WriteAllText(SlicePath(service), SliceYaml(service, 0));
        }

        for (var ns = 0; ns < Namespaces; ns++)
        {
            var pods = new StringBuilder();
            for (var i = ns; i < proxies; i += Namespaces)
                AppendPod(pods, $"ns-{ns}", $"client-{i}", "client", ProxyIp(i));
            File.WriteAllText(Path.Combine(path, $"clients-{ns}.yaml"), pods.ToString());
        }

        for (var rule = 0; rule < virtualServices; rule++)
        {
            WriteVirtualService(rule, 0);
            WriteDestinationRule(rule, 0);
        }
    }

    public string Root { get; }

    public static string NamespaceOf(int index) => $"ns-{index % Namespaces}";

    public static string ProxyIp(int index) => $"10.200.{index / 250}.{(index % 250) + 1}";

    /// <summary>The EDS name of a service.</summary>
    public static string ClusterOf(int service) => $"outbound|80||svc-{service}.{NamespaceOf(service)}.svc.cluster.local";

    public string SlicePath(int service) => Path.Combine(Root, $"slice-{service}.yaml");

    /// <summary>Replaces one address of a service's slice by renaming a new file over the old.</summary>
    public void ChangeEndpoint(int service, int marker) => Replace(SlicePath(service), SliceYaml(service, marker));

    public void ChangeAnnotation(int service, int marker) =>
        Replace(Path.Combine(Root, $"service-{service}.yaml"), ServiceYaml(service, $", annotations: {{note: \"{marker}\"}}"));

    /// <summary>Writes the VirtualService of a service, with a timeout that is the marker.</summary>
    public void WriteVirtualService(int service, int marker) => Replace(
        Path.Combine(Root, $"virtual-service-{service}.yaml"),
        $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: svc-{{service}}, namespace: {{NamespaceOf(service)}} }
        spec:
          hosts: [svc-{{service}}]
          http:
          - match: [{uri: {prefix: /old} }]
            rewrite: {uri: /new}
            route: [{destination: {host: svc-{{service}} } }]
          - timeout: {{1 + marker}}s
            route: [{destination: {host: svc-{{service}} } }]
        """);

    /// <summary>Writes the DestinationRule of a service, with a limit of connections that is the marker.</summary>
    /// <param name="service">The service.</param>
    /// <param name="marker">What differs.</param>
    /// <param name="hidden">Whether only the service's own namespace sees it.</param>
    public void WriteDestinationRule(int service, int marker, bool hidden = false) => Replace(
        Path.Combine(Root, $"destination-rule-{service}.yaml"),
        $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: svc-{{service}}, namespace: {{NamespaceOf(service)}} }
        spec:
          host: svc-{{service}}
          exportTo: ['{{(hidden ? "." : "*")}}']
          trafficPolicy: {connectionPool: {tcp: {maxConnections: {{1 + marker}} } } }
        """);

    private static void Replace(string path, string text)
    {
        var next = Path.Combine(Path.GetDirectoryName(path)!, "." + Path.GetFileName(path) + ".next");
        File.WriteAllText(next, text);
        File.Move(next, path, overwrite: true);
    }

    private string ServiceYaml(int service, string annotations)
    {
        var ns = NamespaceOf(service);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            apiVersion: v1
            kind: Service
            metadata: {name: svc-{{service}}, namespace: {{ns}}, creationTimestamp: '2026-01-01T00:00:00Z'{{annotations}}}
            spec:
              clusterIP: 10.96.{{service / 250}}.{{(service % 250) + 1}}
              selector: {app: svc-{{service}}}
              ports: [{name: http, port: 80, targetPort: 8080}]
            ---

            """);
        for (var i = 0; i < _endpoints; i++)
            AppendPod(text, ns, $"svc-{service}-{i}", $"svc-{service}", PodIp(service, i));
        return text.ToString();
    }

    private string SliceYaml(int service, int marker)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            addressType: IPv4
            metadata: {name: svc-{{service}}-1, namespace: {{NamespaceOf(service)}}, labels: {kubernetes.io/service-name: svc-{{service}} } }
            ports: [{name: http, port: 8080}]
            endpoints:

            """);
        for (var i = 0; i < _endpoints; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {{addresses: [{PodIp(service, i)}], conditions: {{ready: true}}, nodeName: node-a, ");
            text.Append(CultureInfo.InvariantCulture, $"targetRef: {{kind: Pod, name: svc-{service}-{i}, namespace: {NamespaceOf(service)}}}}}\n");
        }

        if (marker > 0)
            text.Append(CultureInfo.InvariantCulture, $"- {{addresses: [10.250.{marker / 250}.{(marker % 250) + 1}], conditions: {{ready: true}}}}\n");
        return text.ToString();
    }

    private string PodIp(int service, int index)
    {
        var number = (service * _endpoints) + index;
        return $"10.{1 + (number / 62500)}.{number / 250 % 250}.{(number % 250) + 1}";
    }

    private static void AppendPod(StringBuilder text, string ns, string name, string app, string ip) =>
        text.Append(CultureInfo.InvariantCulture, $$"""
            apiVersion: v1
            kind: Pod
            metadata: {name: {{name}}, namespace: {{ns}}, labels: {app: {{app}}, security.istio.io/tlsMode: istio} }
            spec: {nodeName: node-a, serviceAccountName: {{app}}, containers: [{name: app, ports: [{containerPort: 8080}]}]}
            status: {phase: Running, podIP: {{ip}}, conditions: [{type: Ready, status: 'True'}]}
            ---

            """);
}
