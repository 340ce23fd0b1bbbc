using ControlPlane.Kubernetes.Resources;

namespace ControlPlane.FeatureTests.Clusters;

/// <summary>Objects for a real API server.</summary>
internal static class ClusterYaml
{
    public static string Namespace(string name) => $$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{name}}}
        ---

        """;

    /// <summary>A Service with the port http 80 and its EndpointSlice, in the version that server 1.20 has.</summary>
    public static string Service(string ns, string name, params string[] addresses) => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{name}}, namespace: {{ns}}}
        spec:
          ports: [{name: http, port: 80, targetPort: 8080}]
        ---

        """ + Slice(ns, name, addresses);

    public static string Slice(string ns, string name, params string[] addresses) => $$$"""
        apiVersion: discovery.k8s.io/v1beta1
        kind: EndpointSlice
        metadata: {name: {{{name}}}-1, namespace: {{{ns}}}, labels: {kubernetes.io/service-name: {{{name}}}}}
        addressType: IPv4
        ports: [{name: http, port: 8080, protocol: TCP}]
        endpoints: [{{{string.Join(", ", addresses.Select(Endpoint))}}}]
        ---

        """;

    public static string Cluster(string ns, string name) => $"outbound|80||{name}.{ns}.svc.cluster.local";

    /// <summary>A service account that may read what the control plane reads: everything but nothing else.</summary>
    public static string Reader(string ns, string account) => $$"""
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: {{account}}, namespace: {{ns}}}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: {{ns}}-{{account}}}
        rules: [{apiGroups: ["*"], resources: ["*"], verbs: [get, list, watch]}]
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: {name: {{ns}}-{{account}}}
        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {{ns}}-{{account}}}
        subjects: [{kind: ServiceAccount, name: {{account}}, namespace: {{ns}}}]
        ---

        """;

    /// <summary>A definition that takes any object of a kind.</summary>
    public static string Crd(ResourceKind kind) => $$$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: {{{kind.Plural}}}.{{{kind.Group}}}
          annotations: {api-approved.kubernetes.io: "unapproved, for tests"}
        spec:
          group: {{{kind.Group}}}
          names: {kind: {{{kind.Kind}}}, listKind: {{{kind.Kind}}}List, plural: {{{kind.Plural}}}, singular: {{{kind.Kind.ToLowerInvariant()}}}}
          scope: {{{(kind.Namespaced ? "Namespaced" : "Cluster")}}}
          versions:
        {{{string.Join('\n', kind.Versions.Select((version, i) => Version(version, i == 0)))}}}
        ---

        """;

    private static string Version(string name, bool isStored) => $$"""
          - name: {{name}}
            served: true
            storage: {{(isStored ? "true" : "false")}}
            subresources: {status: {} }
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true} }
        """;

    private static string Endpoint(string address) => $$"""{addresses: [{{address}}], conditions: {ready: true} }""";
}
