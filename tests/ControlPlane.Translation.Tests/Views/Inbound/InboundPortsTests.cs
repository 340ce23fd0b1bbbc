using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Tests.Support;
using ControlPlane.Translation.Views.Inbound;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Tests.Views.Inbound;

public sealed class InboundPortsTests
{
    private static readonly ProxyClass Web = new()
    {
        Namespace = "shop",
        Labels = GraphBuilder.Labels(("app", "web"), ("version", "v1")),
        PodKnown = true,
        PodPorts = [new ContainerPort("main", 8080), new ContainerPort("main", 8081, "UDP"), new ContainerPort("dns", 53, "UDP")],
    };

    [Fact]
    public void OfClass_TwoServicesOneTarget_OldestGivesProtocolAndNames()
    {
        var ports = Ports(Web, Service("web", 0, Port("tcp", 80, 8080)), Service("edge", 1, Port("http", 81, 8080)));
        var port = Assert.Single(ports);
        Assert.Equal(8080, port.Target);
        Assert.Equal(["edge.shop.svc.cluster.local", "web.shop.svc.cluster.local"], port.Services.Select(s => s.Host));
        Assert.Equal(Protocol.Http, port.Protocol);
    }

    [Fact]
    public void OfClass_SameAge_HostDecides()
    {
        var ports = Ports(Web, Service("web", 0, Port("http", 80, 1)), Service("web-b", 0, Port("tcp", 80, 1)));
        Assert.Equal("web-b.shop.svc.cluster.local", ports[0].Primary.Host);
    }

    [Fact]
    public void OfClass_EqualTargetAndProtocolInOneService_CountsOnce()
    {
        var ports = Ports(Web, Service("web", 0, Port("http", 80, 1), Port("http-b", 81, 1), Port("tcp", 82, 1)));
        Assert.Equal([80, 82], Assert.Single(ports).Services.Select(s => s.Number));
    }

    [Fact]
    public void OfClass_NamedTarget_IsFoundByNameAndTransport()
    {
        var ports = Ports(Web, Service("web", 0, Named("http", 80, "main"), Named("http-x", 81, "absent"), Named("http-d", 53, "dns")));
        Assert.Equal([8080], ports.Select(p => p.Target));
    }

    [Fact]
    public void OfClass_UdpAndReservedPorts_AreAmongThem()
    {
        var ports = Ports(Web, Service("web", 0, Port("x", 53, 53) with { Protocol = "UDP" }, Port("http", 1, 15090)));
        Assert.Equal([(53, Protocol.Udp), (15090, Protocol.Http)], ports.Select(p => (p.Target, p.Protocol)));
    }

    [Fact]
    public void OfClass_SelectorsThatDoNotMatch_AreLeftOut()
    {
        var ports = Ports(
            Web,
            Service("none", 0, Port("http", 80, 1)) with { Selector = LabelMap.Empty },
            Service("more", 0, Port("http", 80, 2)) with { Selector = GraphBuilder.Labels(("app", "web"), ("version", "v2")) },
            Service("web", 0, Port("http", 80, 3)) with { Meta = GraphBuilder.Meta("other", "web") });
        Assert.Empty(ports);
    }

    [Fact]
    public void OfClass_NoServiceSelectsThePod_SlicesWithItsAddressCount()
    {
        var slice = new EndpointSlice
        {
            Meta = GraphBuilder.Meta("shop", "manual-1"),
            ServiceName = "manual",
            Ports = [new SlicePort("http", 9000, "TCP"), new SlicePort("other", 9001, "TCP")],
            Endpoints = [new SliceEndpoint { Addresses = ["10.0.0.1"] }],
        };
        var manual = Service("manual", 0, Port("http", 80, 1)) with { Selector = LabelMap.Empty };
        var proxy = Web with { Addresses = ["10.0.0.1"] };
        var mesh = new GraphBuilder().Put(Tables.Services, manual).Put(Tables.EndpointSlices, slice);
        Assert.Equal([9000], mesh.Get(InboundPorts.OfClass, proxy).Select(p => p.Target));
        mesh.Put(Tables.Services, Service("web", 0, Named("http", 80, "absent")));
        Assert.Empty(mesh.Get(InboundPorts.OfClass, proxy));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("""[{"name":"main","containerPort":7,"protocol":"TCP"}]""", 7)]
    [InlineData("\"[{\\\"name\\\":\\\"main\\\",\\\"containerPort\\\":7,\\\"protocol\\\":\\\"TCP\\\"}]\"", 7)]
    public void OfClass_PodUnknown_NamesComeFromTheProxy(string? podPorts, int expected)
    {
        var proxy = Web with { PodKnown = false, PodPorts = [], Metadata = podPorts is null ? LabelMap.Empty : GraphBuilder.Labels(("POD_PORTS", podPorts)) };
        Assert.Equal([expected], Ports(proxy, Service("web", 0, Named("http", 80, "main"))).Select(p => p.Target));
    }

    [Fact]
    public void OfClass_PodUnknownAndNameNotReported_HasNoPorts()
    {
        var proxy = Web with { PodKnown = false, PodPorts = [], Metadata = GraphBuilder.Labels(("POD_PORTS", """[{"name":"x","containerPort":7,"protocol":"TCP"}]""")) };
        Assert.Empty(Ports(proxy, Service("web", 0, Port("http", 81, 81), Named("http-m", 80, "main"))));
    }

    [Fact]
    public void OfClass_EndpointsChange_IsNotComputedAgain()
    {
        var mesh = new GraphBuilder().Put(Tables.Services, Service("web", 0, Port("http", 80, 8080)));
        mesh.Get(InboundPorts.OfClass, Web);
        var before = mesh.Runs(InboundPorts.OfClass);
        mesh.Put(Tables.EndpointSlices, new EndpointSlice { Meta = GraphBuilder.Meta("shop", "s"), Endpoints = [new SliceEndpoint { Addresses = ["10.0.0.1"] }] });
        mesh.Get(InboundPorts.OfClass, Web);
        Assert.Equal(before, mesh.Runs(InboundPorts.OfClass));
    }

    private static EquatableArray<InboundPort> Ports(ProxyClass proxy, params Service[] services) =>
        new GraphBuilder().Put(Tables.Services, services).Get(InboundPorts.OfClass, proxy);

    private static Service Service(string name, int age, params ServicePort[] ports) => new()
    {
        Meta = GraphBuilder.Meta("shop", name, age),
        Selector = GraphBuilder.Labels(("app", "web")),
        Ports = ports.ToEquatableArray(),
    };

    private static ServicePort Port(string name, int port, int target) => new() { Name = name, Port = port, TargetPort = target };

    private static ServicePort Named(string name, int port, string target) => new() { Name = name, Port = port, TargetPortName = target };
}
