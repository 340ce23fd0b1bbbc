using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Simulation;
using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Envoy.FilterChains;

/// <summary>What policies by path and host rely on: that a request can't be written in another way to get around them.</summary>
public sealed class PathAndHostTests
{
    [Theory]
    [InlineData("", true, false, "KeepUnchanged")]
    [InlineData("DEFAULT", true, false, "KeepUnchanged")]
    [InlineData("NONE", false, false, "KeepUnchanged")]
    [InlineData("BASE", true, false, "KeepUnchanged")]
    [InlineData("MERGE_SLASHES", true, true, "KeepUnchanged")]
    [InlineData("DECODE_AND_MERGE_SLASHES", true, true, "UnescapeAndForward")]
    public void S12_Paths_AreNormalisedAsTheMeshSays_WhereverHttpIsRead(string mode, bool normalised, bool merged, string escaped)
    {
        var mesh = new GatewayMesh().Gateway("""{"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": ["*"]}""").ToWeb("\"a.example.com\"");
        if (mode.Length > 0)
            mesh.Translated.Mesh.Settings($$$"""{"pathNormalization": {"normalization": "{{{mode}}}"} }""");
        mesh.Translated.Mesh.Put(Pod("shop", "web-1", "10.1.0.1", "app=web"));

        var managers = Managers(mesh.Translated, mesh.Proxy).Concat(Managers(mesh.Translated, TranslatedMesh.Sidecar(pod: "web-1", ip: "10.1.0.1"))).ToList();
        Assert.InRange(managers.Count, 4, int.MaxValue);
        Assert.All(managers, manager => Assert.Equal((normalised, merged, escaped), (manager.NormalizePath, manager.MergeSlashes, manager.PathWithEscapedSlashesAction.ToString())));
    }

    [Theory]
    [InlineData("a.example.com")]
    [InlineData("A.Example.COM")]
    [InlineData("a.example.com:80")]
    [InlineData("a.example.com:8080")]
    [InlineData("a.EXAMPLE.com:31080")]
    public void S12_Host_InAnyCaseAndWithAnyPort_IsTheSame_AtGatewaysAndInTheMesh(string authority)
    {
        var mesh = new GatewayMesh().Gateway("""{"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": ["*"]}""").ToWeb("\"a.example.com\"", gateways: "\"istio-system/gw\", \"mesh\"");
        mesh.Put("ServiceEntry", "shop", "a", """{"hosts": ["a.example.com"], "location": "MESH_EXTERNAL", "resolution": "DNS", "ports": [{"number": 80, "name": "http", "protocol": "HTTP"}]}""");
        var request = new RequestHeaders(new SimulatedRequest("GET", authority, "/", []), "/", "http");

        Assert.Equal(GatewayMesh.Web, VirtualHostSelection.Find(mesh.Route("http.8080"), request)?.Routes[0].Route_.Cluster);
        mesh.Proxy = TranslatedMesh.Sidecar();
        Assert.Equal(GatewayMesh.Web, VirtualHostSelection.Find(mesh.Route("80"), request)?.Routes[0].Route_.Cluster);
    }

    private static IEnumerable<HttpConnectionManager> Managers(TranslatedMesh mesh, ProxyDescriptor proxy) =>
        mesh.Set(XdsType.Listener, proxy).Resources.Select(resource => Listener.Parser.ParseFrom(resource.Body.Span))
            .SelectMany(listener => listener.FilterChains.Append(listener.DefaultFilterChain)).SelectMany(chain => chain?.Filters ?? [])
            .Where(filter => filter.TypedConfig?.Is(HttpConnectionManager.Descriptor) == true).Select(filter => filter.TypedConfig.Unpack<HttpConnectionManager>());
}
