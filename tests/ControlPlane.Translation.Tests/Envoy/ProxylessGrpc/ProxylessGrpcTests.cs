using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Tests.Support;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Envoy.ProxylessGrpc;

public class ProxylessGrpcTests
{
    private static readonly ProxyDescriptor Client = TranslatedMesh.Sidecar(pod: "cart-1", ip: "10.1.0.5") with { Generator = "grpc" };

    [Theory]
    [InlineData("web:80", new[] { "web:80" })]
    [InlineData("web.shop:80", new[] { "web.shop:80" })]
    [InlineData("web.shop.svc:81", new[] { "web.shop.svc:81" })]
    [InlineData("web.shop.svc.cluster.local", new[] { "web.shop.svc.cluster.local:80", "web.shop.svc.cluster.local:81" })]
    [InlineData("web:9999", new string[0])]
    [InlineData("api:80", new string[0])]
    [InlineData("nowhere.example.com:80", new string[0])]
    public void Listeners_NameAskedFor_IsReadFromTheClientsNamespace(string asked, string[] expected) =>
        Assert.Equal(expected, Mesh().Set(XdsType.Listener, Client, asked).Resources.Select(r => r.Name));

    [Fact]
    public void Listeners_OneSpellingWithoutPort_OpensAllPortsForEverySpelling() => Assert.Equal(
        ["web.shop:80", "web.shop:81", "web:80", "web:81"],
        Mesh().Set(XdsType.Listener, Client, "web", "web.shop:80").Resources.Select(r => r.Name));

    [Fact]
    public void Listener_OfClient_IsAnApiListenerThatNamesItsRoute()
    {
        var mesh = Mesh();
        var listener = mesh.Listener(Client, "web:80", "web:80")!;

        var manager = listener.ApiListener.ApiListener_.Unpack<HttpConnectionManager>();
        Assert.Equal("outbound|80||web.shop.svc.cluster.local", manager.Rds.RouteConfigName);
        Assert.Equal(["outbound|80||web.shop.svc.cluster.local"], mesh.Set(XdsType.Listener, Client, "web:80").Find("web:80")!.References);
    }

    [Theory]
    [InlineData("security.istio.io/tlsMode=istio;app=cart", "inbound-mtls")]
    [InlineData("app=cart", "inbound-plaintext")]
    public void Listener_OfServer_TakesEitherMutualTlsOrPlaintext(string labels, string chain)
    {
        const string name = "xds.istio.io/grpc/lds/inbound/0.0.0.0:9000";
        var mesh = Mesh();
        mesh.Mesh.Put(Service("shop", "cart", "grpc:90:9000"), Pod("shop", "cart-1", "10.1.0.5", labels));
        var listener = mesh.Listener(Client, name, name)!;

        Assert.Equal(chain, listener.FilterChains.Single().Name);
        Assert.Equal(chain == "inbound-mtls", listener.FilterChains[0].TransportSocket is not null);
        Assert.Empty(mesh.Set(XdsType.Listener, Client, "xds.istio.io/grpc/lds/inbound/0.0.0.0:90").Resources);
    }

    [Fact]
    public void Clusters_OnlyThoseAskedFor_AreGivenBare()
    {
        const string name = "outbound|80||web.shop.svc.cluster.local";
        var mesh = Mesh();
        var set = mesh.Set(XdsType.Cluster, Client, name, "outbound|80|v1|web.shop.svc.cluster.local", "odd");

        Assert.Equal([name], set.Resources.Select(r => r.Name));
        Assert.Null(mesh.Cluster(Client, name, name)!.TransportSocket);
        Assert.Equal([name], mesh.Set(XdsType.Endpoint, Client, name).Resources.Select(r => r.Name));
    }

    private static TranslatedMesh Mesh()
    {
        var mesh = new TranslatedMesh();
        mesh.Mesh.Put(Service("shop", "web", "grpc:80 tcp:81"), Service("other", "api"));
        return mesh;
    }
}
