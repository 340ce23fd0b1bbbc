namespace ControlPlane.FeatureTests.Support;

/// <summary>Small texts that tests write to files.</summary>
public static class Meshes
{
    public const string Namespaces = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        """;

    /// <summary>A service with two endpoints.</summary>
    public static string Service(string name, string lastAddress = "10.1.0.12") => $$$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{{name}}}, namespace: shop}
        spec:
          clusterIP: 10.96.0.10
          clusterIPs: [10.96.0.10]
          selector: {app: {{{name}}}}
          ports: [{name: http, port: 80, targetPort: 8080}]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: {{{name}}}-1, namespace: shop, labels: {kubernetes.io/service-name: {{{name}}}}}
        addressType: IPv4
        ports: [{name: http, port: 8080, protocol: TCP}]
        endpoints:
        - {addresses: [10.1.0.11], conditions: {ready: true}}
        - {addresses: [{{{lastAddress}}}], conditions: {ready: true}}
        """;

    /// <summary>The node of a sidecar, in protobuf's JSON form.</summary>
    public static string Node(string pod = "web-1", string space = "shop") => $$$"""
        {
          "id": "sidecar~10.1.0.11~{{{pod}}}.{{{space}}}~{{{space}}}.svc.cluster.local",
          "cluster": "web.{{{space}}}",
          "metadata": {"NAMESPACE": "{{{space}}}", "CLUSTER_ID": "Kubernetes", "ISTIO_VERSION": "1.32.0", "INSTANCE_IPS": "10.1.0.11", "LABELS": {"app": "web"}},
          "userAgentName": "envoy"
        }
        """;

    /// <summary>The node of a proxyless gRPC client.</summary>
    public const string GrpcNode = """
        {
          "id": "sidecar~10.1.0.99~client-1.shop~shop.svc.cluster.local",
          "metadata": {"NAMESPACE": "shop", "CLUSTER_ID": "Kubernetes", "GENERATOR": "grpc", "INSTANCE_IPS": "10.1.0.99"}
        }
        """;
}
