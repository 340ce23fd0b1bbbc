using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Tests.Resources;

public sealed class OtherAdapterTests
{
    [Fact]
    public void Adapt_Pod_ReadsEveryField()
    {
        var pod = Manifests.One<Pod>("""
            apiVersion: v1
            kind: Pod
            metadata:
              name: web-0
              namespace: shop
              generateName: web-
              deletionTimestamp: "2026-01-01T00:00:00Z"
              ownerReferences:
              - {kind: Other, name: no}
              - {kind: ReplicaSet, name: web-abc, controller: true}
            spec:
              nodeName: node-a
              serviceAccountName: web
              hostname: h
              subdomain: s
              hostNetwork: true
              initContainers:
              - {name: once, ports: [{containerPort: 1}]}
              - {name: stays, restartPolicy: Always, ports: [{name: metrics, containerPort: 15020}]}
              containers:
              - {name: app, ports: [{name: http, containerPort: 8080}, {containerPort: 53, protocol: UDP}]}
            status:
              phase: Running
              podIP: 10.1.0.1
              podIPs: [{ip: 10.1.0.1}, {ip: "fd00::1"}]
              conditions: [{type: Initialized, status: "False"}, {type: Ready, status: "True"}]
            """);
        Assert.Equal(["10.1.0.1", "fd00::1"], pod.Ips);
        Assert.Equal(("node-a", "web", "h", "s", "Running"), (pod.NodeName, pod.ServiceAccount, pod.Hostname, pod.Subdomain, pod.Phase));
        Assert.True(pod.Ready && pod.Deleting && pod.HostNetwork);
        Assert.Equal(("web-", "ReplicaSet", "web-abc"), (pod.GenerateName, pod.OwnerKind, pod.OwnerName));
        Assert.Equal([new ContainerPort("http", 8080), new ContainerPort("", 53, "UDP"), new ContainerPort("metrics", 15020)], pod.Ports);
    }

    [Fact]
    public void Adapt_BarePod_HasTheApiServersDefaults()
    {
        var pod = Manifests.One<Pod>("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nstatus: {podIP: 10.0.0.1}");
        Assert.Equal(("default", false, false), (pod.ServiceAccount, pod.Ready, pod.Deleting));
        Assert.Equal(["10.0.0.1"], pod.Ips);
    }

    [Theory]
    [InlineData("status: {podIP: 10.0.0}", "status.podIP: must be an IP address")]
    [InlineData("status: {podIPs: [{ip: x}]}", "status.podIPs[0].ip: must be an IP address")]
    [InlineData("spec: {containers: [{ports: [{name: a}]}]}", "spec.containers[0].ports[0].containerPort: is required")]
    [InlineData("spec: {containers: {}}", "spec.containers: must be an array")]
    public void Adapt_BadPod_IsRefused(string field, string message) => Assert.Contains(
        message, Assert.Single(Manifests.Faults($"apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\n{field}")), StringComparison.Ordinal);

    [Fact]
    public void Adapt_Node_ReadsExternalAddresses() => Assert.Equal(["192.0.2.1"], Manifests.One<Node>("""
        apiVersion: v1
        kind: Node
        metadata: {name: a}
        status: {addresses: [{type: InternalIP, address: 10.0.0.1}, {type: ExternalIP, address: 192.0.2.1}]}
        """).ExternalIps);

    [Fact]
    public void Adapt_Secret_MergesStringDataAndNormalisesBase64()
    {
        var secret = Manifests.One<Secret>("""
            apiVersion: v1
            kind: Secret
            metadata: {name: a}
            type: kubernetes.io/tls
            data: {tls.crt: "aGVs\nbG8=", both: eA==}
            stringData: {both: z, text: é}
            """);
        Assert.Equal("both=eg==,text=w6k=,tls.crt=aGVsbG8=", secret.Base64Data.ToString());
        Assert.Equal("kubernetes.io/tls", secret.Type);
    }

    [Fact]
    public void Adapt_SecretThatIsNotBase64_IsRefusedWithoutShowingIt()
    {
        var fault = Assert.Single(Manifests.Faults("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {key: 'hunter2!'}"));
        Assert.Contains("data[key]: must be base64", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault, StringComparison.Ordinal);
    }
}
