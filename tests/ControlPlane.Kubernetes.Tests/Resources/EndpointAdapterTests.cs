using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Tests.Resources;

public sealed class EndpointAdapterTests
{
    [Fact]
    public void Adapt_EndpointSlice_ReadsEveryField()
    {
        var slice = Manifests.One<EndpointSlice>("""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
            addressType: IPv4
            ports:
            - {name: http, port: 8080}
            - {name: null, port: null, protocol: UDP}
            endpoints:
            - addresses: [10.1.0.1, 10.1.0.2]
              conditions: {ready: true, serving: false, terminating: true}
              nodeName: node-a
              hostname: web-0
              targetRef: {kind: Pod, name: web-0}
            - addresses: [10.1.0.3]
              targetRef: {kind: VirtualMachine, name: vm, namespace: other}
            """);
        Assert.Equal("web", slice.ServiceName);
        Assert.Equal([new SlicePort("http", 8080), new SlicePort("", null, "UDP")], slice.Ports);
        Assert.Equal(
            [
                new SliceEndpoint
                {
                    Addresses = ["10.1.0.1", "10.1.0.2"], Ready = true, Serving = false, Terminating = true, NodeName = "node-a",
                    Hostname = "web-0", Pod = new ObjectKey("shop", "web-0"), HasTargetRef = true,
                },
                new SliceEndpoint { Addresses = ["10.1.0.3"], HasTargetRef = true },
            ],
            slice.Endpoints);
    }

    [Fact]
    public void Adapt_OldEndpointSlice_TakesTheNodeFromTopology() => Assert.Equal("node-b", Manifests.One<EndpointSlice>("""
        apiVersion: discovery.k8s.io/v1beta1
        kind: EndpointSlice
        metadata: {name: web-1}
        addressType: IPv6
        endpoints:
        - addresses: ["fd00::1"]
          topology: {kubernetes.io/hostname: node-b}
        """).Endpoints[0].NodeName);

    [Theory]
    [InlineData("endpoints: []", "addressType: is required")]
    [InlineData("addressType: ipv4", "addressType: must be IPv4, IPv6 or FQDN, is \"ipv4\"")]
    [InlineData("{addressType: IPv4, endpoints: [{addresses: ['fd00::1']}]}", "endpoints[0].addresses[0]: must be an IPv4 address")]
    [InlineData("{addressType: IPv6, endpoints: [{addresses: [10.0.0.1]}]}", "endpoints[0].addresses[0]: must be an IPv6 address")]
    [InlineData("{addressType: IPv6, endpoints: [{addresses: ['fe80::1%eth0']}]}", "endpoints[0].addresses[0]: must be an IPv6 address")]
    [InlineData("{addressType: FQDN, endpoints: [{}]}", "endpoints[0].addresses: must hold at least one address")]
    [InlineData("{addressType: IPv4, ports: [{port: -1}]}", "ports[0].port: must be a port")]
    public void Adapt_BadSlice_IsRefused(string fields, string message)
    {
        var text = fields.StartsWith('{')
            ? $"{{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {{name: s}}, {fields[1..]}"
            : $"apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {{name: s}}\n{fields}";
        Assert.Contains(message, Assert.Single(Manifests.Faults(text)), StringComparison.Ordinal);
        Assert.Empty(Manifests.Read(text).Objects);
    }

    [Fact]
    public void Adapt_Endpoints_BecomeASlicePerSubsetAndFamily()
    {
        var content = Manifests.Read("""
            apiVersion: v1
            kind: Endpoints
            metadata: {name: db, namespace: shop}
            subsets:
            - addresses: [{ip: 10.0.0.1, nodeName: node, hostname: h, targetRef: {kind: Pod, name: db-0}}, {ip: "fd00::1"}]
              notReadyAddresses: [{ip: 10.0.0.2}]
              ports: [{name: tcp, port: 5432}]
            - addresses: [{ip: 10.0.0.3}]
              ports: [{port: 1, protocol: UDP}]
            """);
        Assert.Empty(content.Diagnostics);
        var slices = content.Objects.Select(o => Assert.IsType<EndpointSlice>(o.Change.Value)).ToList();
        Assert.Equal(["endpoints/db", "endpoints/db/1", "endpoints/db/2"], slices.Select(s => s.Key.Name));
        Assert.Equal(["IPv4", "IPv6", "IPv4"], slices.Select(s => s.AddressType));
        Assert.All(slices, s => Assert.Equal("db", s.ServiceName));
        Assert.Equal(
            [
                new SliceEndpoint
                {
                    Addresses = ["10.0.0.1"], Ready = true, NodeName = "node", Hostname = "h", Pod = new ObjectKey("shop", "db-0"), HasTargetRef = true,
                },
                new SliceEndpoint { Addresses = ["10.0.0.2"], Ready = false },
            ],
            slices[0].Endpoints);
        Assert.Equal([new SlicePort("", 1, "UDP")], slices[2].Ports);
    }

    [Theory]
    [InlineData("labels: {endpointslice.kubernetes.io/skip-mirror: 'true'}")]
    [InlineData("annotations: {control-plane.alpha.kubernetes.io/leader: '{}'}")]
    public void Adapt_EndpointsExcludedFromMirroring_AreNotUsed(string metadata)
    {
        var content = Manifests.Read(
            $"apiVersion: v1\nkind: Endpoints\nmetadata: {{name: db, {metadata}}}\nsubsets: [{{addresses: [{{ip: 10.0.0.1}}], ports: [{{port: 1}}]}}]");
        Assert.Empty(content.Objects);
        Assert.Equal(Model.Diagnostics.Severity.Info, Assert.Single(content.Diagnostics).Severity);
    }
}
