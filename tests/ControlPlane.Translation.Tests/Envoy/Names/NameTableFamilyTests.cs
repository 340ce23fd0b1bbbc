using ControlPlane.Translation.Tests.Support;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Envoy.Names;

public class NameTableFamilyTests
{
    [Fact]
    public void Names_ServicesWithAddresses_AreListedByTheProxysFamily()
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Put(
            Service("shop", "four"), Service("shop", "six", clusterIp: "fd00::1"), Service("shop", "two", clusterIp: "10.96.0.2,fd00::2"),
            Service("shop", "portless", "", "10.96.0.3"), Service("shop", "none", clusterIp: ""), ExternalName("shop", "alias", "four.shop.svc.cluster.local"));

        Assert.Equal(["four", "portless", "two"], Short(mesh, "10.9.0.1"));
        Assert.Equal(["six", "two"], Short(mesh, "fd00::9"));
        Assert.Equal(["four", "portless", "six", "two"], Short(mesh, "10.9.0.1,fd00::9"));
        Assert.Equal(["10.96.0.2"], mesh.Names(TranslatedMesh.Sidecar(ip: "10.9.0.1,fd00::9")).Table["two.shop.svc.cluster.local"].Ips);
    }

    [Fact]
    public void Names_HeadlessService_ListsReadyEndpointsAndPodsOfItsSubdomain()
    {
        var mesh = Headless(publish: false);

        var table = mesh.Names(TranslatedMesh.Sidecar()).Table;

        Assert.Equal(["10.1.0.1"], table["db.shop.svc.cluster.local"].Ips);
        Assert.Equal(("db-0.db", "shop", "Kubernetes"), (table["db-0.db.shop.svc.cluster.local"].Shortname, table["db-0.db.shop.svc.cluster.local"].Namespace, table["db-0.db.shop.svc.cluster.local"].Registry));
        Assert.False(table.ContainsKey("custom.db.shop.svc.cluster.local"));
    }

    [Fact]
    public void Names_HeadlessServiceThatPublishesUnready_ListsAll()
    {
        var table = Headless(publish: true).Names(TranslatedMesh.Sidecar()).Table;

        Assert.Equal(["10.1.0.1", "10.1.0.2"], table["db.shop.svc.cluster.local"].Ips);
        Assert.Equal(["10.1.0.2"], table["custom.db.shop.svc.cluster.local"].Ips);
    }

    [Fact]
    public void Names_ServiceEntryWithoutAddresses_ListsThePodsThatItSelects()
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Put(
            Pod("shop", "db-0", "10.1.0.1", "app=db") with { Subdomain = "db" },
            Pod("shop", "db-1", "10.1.0.2", "app=db") with { Ready = false },
            Rules.ServiceEntryOf("shop", "db", """
                {"hosts": ["all.example.org"], "resolution": "NONE", "workloadSelector": {"labels": {"app": "db"}}, "ports": [{"number": 5432, "name": "tcp", "protocol": "TCP"}]}
                """));

        var table = mesh.Names(TranslatedMesh.Sidecar()).Table;

        Assert.Equal(["10.1.0.1"], table["all.example.org"].Ips);
        Assert.Equal(("External", ""), (table["all.example.org"].Registry, table["all.example.org"].Shortname));
        Assert.Equal(("External", "db-0.db", "shop"), (table["db-0.db.example.org"].Registry, table["db-0.db.example.org"].Shortname, table["db-0.db.example.org"].Namespace));
    }

    [Fact]
    public void Names_EndpointOfAnOrdinaryServiceChanges_ComputesNothing()
    {
        var mesh = Headless(publish: false);
        mesh.Mesh.Put(Service("shop", "web"), Slice("shop", "web", "http:80", "10.1.0.9"));
        mesh.Names(TranslatedMesh.Sidecar());
        var runs = mesh.Runs("NameTable.Input");

        mesh.Mesh.Put(Slice("shop", "web", "http:80", "10.1.0.8"));
        mesh.Names(TranslatedMesh.Sidecar());

        Assert.Equal(runs, mesh.Runs("NameTable.Input"));
    }

    private static TranslatedMesh Headless(bool publish)
    {
        var mesh = new TranslatedMesh();
        var slice = Slice("shop", "db", "tcp:5432", "10.1.0.1=db-0", "10.1.0.2=db-1");
        mesh.Mesh.Put(
            Service("shop", "db", "tcp:5432", "None") with { PublishNotReadyAddresses = publish },
            slice with { Endpoints = [slice.Endpoints[0], slice.Endpoints[1] with { Ready = false }] },
            Pod("shop", "db-0", "10.1.0.1") with { Subdomain = "db" },
            Pod("shop", "db-1", "10.1.0.2") with { Subdomain = "db", Hostname = "custom" });
        return mesh;
    }

    private static IEnumerable<string> Short(TranslatedMesh mesh, string ips) =>
        mesh.Names(TranslatedMesh.Sidecar(ip: ips)).Table.Values.Select(v => v.Shortname).Order(StringComparer.Ordinal);
}
