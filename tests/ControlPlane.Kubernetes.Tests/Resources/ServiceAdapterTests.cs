using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Tests.Resources;

public sealed class ServiceAdapterTests
{
    private const string EveryField = """
        apiVersion: v1
        kind: Service
        metadata:
          name: web
          namespace: shop
          labels: {app: web}
          annotations:
            a: b
            kubectl.kubernetes.io/last-applied-configuration: '{"very": "long"}'
          creationTimestamp: "2026-01-02T03:04:05+01:00"
        spec:
          type: LoadBalancer
          clusterIP: 10.96.0.1
          clusterIPs: [10.96.0.1, "fd00::1"]
          selector: {app: web}
          externalName: other.example.com
          externalIPs: [192.0.2.1]
          publishNotReadyAddresses: true
          internalTrafficPolicy: Local
          trafficDistribution: PreferClose
          ports:
          - {name: http, port: 80, targetPort: 8080, nodePort: 30080, appProtocol: ""}
          - {name: dns, port: 53, protocol: UDP, targetPort: dns}
          - {name: same, port: 81}
        status:
          loadBalancer:
            ingress: [{ip: 192.0.2.9}, {hostname: lb.example.com}]
        """;

    [Fact]
    public void Adapt_EveryField_IsRead()
    {
        var service = Manifests.One<Service>(EveryField);
        Assert.Equal(new ObjectKey("shop", "web"), service.Key);
        Assert.Equal(new DateTime(2026, 1, 2, 2, 4, 5, DateTimeKind.Utc), service.Meta.CreationTime);
        Assert.Equal("a=b", service.Meta.Annotations.ToString());
        Assert.Equal(ServiceType.LoadBalancer, service.Type);
        Assert.Equal(["10.96.0.1", "fd00::1"], service.ClusterIps);
        Assert.Equal("app=web", service.Selector.ToString());
        Assert.Equal("other.example.com", service.ExternalName);
        Assert.Equal(["192.0.2.1"], service.ExternalIps);
        Assert.Equal(["192.0.2.9", "lb.example.com"], service.LoadBalancerAddresses);
        Assert.True(service.PublishNotReadyAddresses);
        Assert.True(service.InternalTrafficLocal);
        Assert.Equal("PreferClose", service.TrafficDistribution);
        Assert.Equal(
            [
                new ServicePort { Name = "http", Port = 80, TargetPort = 8080, NodePort = 30080, AppProtocol = "" },
                new ServicePort { Name = "dns", Port = 53, Protocol = "UDP", TargetPortName = "dns" },
                new ServicePort { Name = "same", Port = 81 },
            ],
            service.Ports);
    }

    [Fact]
    public void Adapt_HeadlessServiceWithoutNamespace_IsInDefault()
    {
        var service = Manifests.One<Service>("apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec: {clusterIP: None, ports: [{port: 1}]}");
        Assert.True(service.IsHeadless);
        Assert.Equal("default", service.Key.Namespace);
        Assert.Equal(DateTime.MinValue, service.Meta.CreationTime);
    }

    [Theory]
    [InlineData("ports: [{port: 0}]", "spec.ports[0].port: must be a port from 1 to 65535, is 0")]
    [InlineData("ports: [{port: 65536}]", "spec.ports[0].port: must be a port")]
    [InlineData("ports: [{port: '80'}]", "spec.ports[0].port: must be a whole number of 32 bits, is a string")]
    [InlineData("ports: [{port: 1.5}]", "spec.ports[0].port: must be a whole number")]
    [InlineData("ports: [{port: 99999999999}]", "spec.ports[0].port: must be a whole number")]
    [InlineData("ports: [{name: a}]", "spec.ports[0].port: is required")]
    [InlineData("ports: [{port: 1}, {port: 2, name: b}]", "spec.ports[0].name: is required where")]
    [InlineData("ports: [{port: 1, name: b}, {port: 2, name: b}]", "spec.ports[1].name: \"b\" is listed twice")]
    [InlineData("ports: [{port: 1, name: a}, {port: 1, name: b}]", "spec.ports[1].port: port 1 with protocol TCP is listed twice")]
    [InlineData("ports: [{port: 1, protocol: tcp}]", "spec.ports[0].protocol: must be TCP, UDP or SCTP, is \"tcp\"")]
    [InlineData("ports: [{port: 1, targetPort: [1]}]", "spec.ports[0].targetPort: must be a port number or the name of a port, is an array")]
    [InlineData("ports: [{port: 1, targetPort: 70000}]", "spec.ports[0].targetPort: must be a port")]
    [InlineData("ports: {port: 1}", "spec.ports: must be an array, is an object")]
    [InlineData("type: Cluster", "spec.type: must be ClusterIP, NodePort, LoadBalancer or ExternalName, is \"Cluster\"")]
    [InlineData("{type: ExternalName, externalName: ''}", "spec.externalName: is required for type ExternalName")]
    [InlineData("clusterIP: 010.0.0.1", "spec.clusterIP: must be an IP address or None")]
    [InlineData("clusterIPs: ['1']", "spec.clusterIPs: must be an IP address or None")]
    [InlineData("selector: {app: 1}", "spec.selector[app]: must be a string, is a number; quote it")]
    [InlineData("selector: {app: yes}", "spec.selector[app]: must be a string, is a boolean; quote it")]
    [InlineData("publishNotReadyAddresses: 'true'", "spec.publishNotReadyAddresses: must be true or false, is a string")]
    [InlineData("internalTrafficPolicy: Near", "spec.internalTrafficPolicy: must be Cluster or Local")]
    public void Adapt_BadField_IsRefusedWithItsPathAndLine(string spec, string message)
    {
        var content = Manifests.Read($"apiVersion: v1\nkind: Service\nmetadata: {{name: web, namespace: shop}}\nspec:\n  {spec}\n");
        Assert.Empty(content.Objects);
        var fault = Assert.Single(content.Diagnostics).ToString();
        Assert.StartsWith("test.yaml:5: error CP11", fault, StringComparison.Ordinal);
        Assert.Contains($"Service shop/web {message}", fault, StringComparison.Ordinal);
    }
}
