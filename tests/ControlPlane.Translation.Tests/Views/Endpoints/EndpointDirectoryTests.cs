using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Services;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Views.Endpoints;

public class EndpointDirectoryTests
{
    [Fact]
    public void Of_TargetRefToUnknownPod_DropsTheEndpointUntilThePodIsKnown()
    {
        var mesh = new TestMesh().Put(Service("shop", "web"), Slice("shop", "web", "http:8080", "10.1.0.1=web-1"));
        Assert.Empty(Endpoints(mesh));

        mesh.Put(Pod("shop", "web-1", "10.1.0.1", account: "web"));

        var endpoint = Assert.Single(Endpoints(mesh));
        Assert.Equal(("10.1.0.1", 8080, "spiffe://cluster.local/ns/shop/sa/web"), (endpoint.Address, endpoint.Port, endpoint.Workload.Identity));
    }

    [Fact]
    public void Of_NoTargetRef_TakesAReadyPodOfTheNamespaceWithTheAddress()
    {
        var mesh = new TestMesh().Put(
            Service("shop", "web"),
            Slice("shop", "web", "http:8080", "10.1.0.1", "10.1.0.2", "10.1.0.3"),
            Pod("shop", "one", "10.1.0.1"),
            Pod("shop", "two", "10.1.0.2") with { Ready = false },
            Pod("other", "three", "10.1.0.3"));

        Assert.Equal(["one", "", ""], Endpoints(mesh).Select(e => e.Workload.Name));
        Assert.Equal(";;;;Kubernetes", Endpoints(mesh)[1].Workload.Telemetry);
    }

    [Theory]
    [InlineData(true, null, null, EndpointHealth.Healthy)]
    [InlineData(null, false, true, EndpointHealth.Healthy)]
    [InlineData(false, true, false, EndpointHealth.Unhealthy)]
    [InlineData(false, true, true, EndpointHealth.Terminating)]
    [InlineData(false, true, null, EndpointHealth.Terminating)]
    public void Of_Conditions_GiveTheHealth(bool? ready, bool? serving, bool? terminating, EndpointHealth expected) =>
        Assert.Equal(expected, Endpoints(WithConditions(ready, serving, terminating, "")).Single().Health);

    [Theory]
    [InlineData(true, true, EndpointHealth.Draining)]
    [InlineData(null, null, EndpointHealth.Draining)]
    [InlineData(false, true, EndpointHealth.Terminating)]
    [InlineData(true, false, EndpointHealth.Unhealthy)]
    public void Of_NotReadyUnderPersistentSession_DrainsWhatStillServes(bool? serving, bool? terminating, EndpointHealth expected) =>
        Assert.Equal(expected, Endpoints(WithConditions(false, serving, terminating, "istio.io/persistent-session-header=x")).Single().Health);

    [Fact]
    public void Of_SameAddressAndPortNameInTwoSlices_CountsOnce()
    {
        var slice = Slice("shop", "web", "http:8080 tcp:9090", "10.1.0.1");
        var mesh = new TestMesh().Put(
            Service("shop", "web"),
            slice,
            slice with { Meta = Meta("shop", "web-s2"), Ports = [new SlicePort("http", 8081)] });

        Assert.Equal([("http", 8080), ("tcp", 9090)], Endpoints(mesh).Select(e => (e.PortName, e.Port)));
    }

    [Fact]
    public void Of_SlicesThatDoNotCount_AreIgnored()
    {
        var mesh = new TestMesh().Put(
            Service("shop", "web"),
            Slice("shop", "web", "http:8080", "web.example.com") with { AddressType = "FQDN" },
            Slice("shop", "web", "http:8080", "10.1.0.1") with { Meta = Meta("shop", "other"), ServiceName = "" });

        Assert.Empty(Endpoints(mesh));
    }

    [Theory]
    [InlineData("", "node-a", "r/z/")]
    [InlineData("topology.istio.io/locality=a.b.c", "node-a", "a/b/c")]
    [InlineData("istio-locality=a/b.c", "node-a", "a/b.c")]
    [InlineData("", "unknown", "")]
    public void Of_Locality_IsThatOfThePodsLabelElseOfItsNode(string labels, string node, string expected)
    {
        var mesh = new TestMesh().Put(
            new Node { Meta = Meta("", "node-a", "topology.kubernetes.io/region=r;failure-domain.beta.kubernetes.io/zone=z") },
            Service("shop", "web"),
            Slice("shop", "web", "http:8080", "10.1.0.1=web-1"),
            Pod("shop", "web-1", "10.1.0.1", labels, node));

        Assert.Equal(expected, Endpoints(mesh).Single().Workload.Locality);
    }

    [Theory]
    [InlineData("", "", "", "", "pod")]
    [InlineData("service.istio.io/workload-name=given", "pod-", "ReplicaSet", "web-abc", "given")]
    [InlineData("pod-template-hash=abc", "pod-", "ReplicaSet", "web-abc", "web")]
    [InlineData("pod-template-hash=xyz", "pod-", "ReplicaSet", "web-abc", "web-abc")]
    [InlineData("rollouts-pod-template-hash=abc", "pod-", "ReplicaSet", "web-abc", "web")]
    [InlineData("", "pod-", "Job", "backup-29012345", "backup")]
    [InlineData("", "pod-", "Job", "backup-1", "backup-1")]
    [InlineData("", "pod-", "StatefulSet", "db", "db")]
    [InlineData("", "", "StatefulSet", "db", "pod")]
    [InlineData("deploymentconfig=app", "pod-", "ReplicationController", "app-1", "app")]
    public void OfPod_WorkloadName_FollowsLabelThenController(string labels, string generateName, string ownerKind, string owner, string expected) =>
        Assert.Equal(expected, WorkloadNames.OfPod(
            Pod("shop", "pod", "10.1.0.1", labels) with { GenerateName = generateName, OwnerKind = ownerKind, OwnerName = owner }));

    [Theory]
    [InlineData("", "w;ns;w;;c")]
    [InlineData("app=a;version=v1", "w;ns;a;v1;c")]
    [InlineData("app=a;app.kubernetes.io/name=n;version=v;app.kubernetes.io/version=k", "w;ns;n;k;c")]
    [InlineData("service.istio.io/canonical-name=x;service.istio.io/canonical-revision=latest;app=a", "w;ns;x;;c")]
    public void Telemetry_Labels_GiveCanonicalNameAndRevision(string labels, string expected) =>
        Assert.Equal(expected, WorkloadNames.Telemetry("w", "ns", Map(labels), "c"));

    [Fact]
    public void Accounts_EndpointMovesAndBecomesUnready_StayTheSame()
    {
        var mesh = new TestMesh().Settings("""{"trustDomainAliases": ["old.td"]}""").Put(
            Service("shop", "web", annotations: "alpha.istio.io/canonical-serviceaccounts=custom"),
            Slice("shop", "web", "http:8080", "10.1.0.1=web-1"),
            Pod("shop", "web-1", "10.1.0.1", account: "web"));
        var service = mesh.Get(ServiceDirectory.All, Unit.Value)[0];
        Assert.Equal(
            ["custom", "spiffe://cluster.local/ns/shop/sa/web", "spiffe://old.td/ns/shop/sa/web"], mesh.Get(EndpointDirectory.Accounts, service));

        mesh.Put(Slice("shop", "web", "http:8081", "10.1.0.1=web-1"));

        Assert.Equal(3, mesh.Get(EndpointDirectory.Accounts, service).Count);
        Assert.Equal(1, mesh.Graph.Counters[EndpointDirectory.Accounts].Changes);
        Assert.Equal(2, mesh.Graph.Counters[EndpointDirectory.Of].Changes);
    }

    [Fact]
    public void Of_PodEditThatMattersNot_ChangesNothing()
    {
        var mesh = new TestMesh().Put(
            Service("shop", "web"), Slice("shop", "web", "http:8080", "10.1.0.1=web-1"), Pod("shop", "web-1", "10.1.0.1"));
        Endpoints(mesh);

        mesh.Put(Pod("shop", "web-1", "10.1.0.1") with { Ready = false });
        Endpoints(mesh);

        Assert.Equal(1, mesh.Graph.Counters[EndpointDirectory.Of].Changes);
    }

    private static TestMesh WithConditions(bool? ready, bool? serving, bool? terminating, string serviceLabels)
    {
        var slice = Slice("shop", "web", "http:8080", "10.1.0.1");
        return new TestMesh().Put(
            Service("shop", "web", labels: serviceLabels),
            slice with { Endpoints = [slice.Endpoints[0] with { Ready = ready, Serving = serving, Terminating = terminating }] });
    }

    private static IReadOnlyList<MeshEndpoint> Endpoints(TestMesh mesh) =>
        [.. mesh.Get(EndpointDirectory.Of, mesh.Get(ServiceDirectory.All, Unit.Value).Single(s => s.Name == "web"))];
}
