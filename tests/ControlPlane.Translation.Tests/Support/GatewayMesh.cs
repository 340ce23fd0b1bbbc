using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Support;

/// <summary>A mesh with an ingress gateway: its Service translates 80 to 8080 and 443 to 8443.</summary>
internal sealed class GatewayMesh
{
    public const string Web = "outbound|80||web.shop.svc.cluster.local";

    private const string Labels = "istio=ingressgateway;app=gateway";

    public GatewayMesh()
    {
        Translated.Mesh.Put(
            Service("istio-system", "gateway", "http:80:8080 https:443:8443", "10.96.9.9"),
            Pod("istio-system", "gateway", "10.9.0.2", Labels),
            Service("shop", "web", "http:80"));
    }

    public TranslatedMesh Translated { get; } = new();

    public ProxyDescriptor Proxy { get; set; } = TranslatedMesh.Gateway() with { Labels = Map(Labels), SecretAccess = SecretAccess.Namespace };

    public GatewayMesh Gateway(string servers, string name = "gw", string @namespace = "istio-system", int age = 0, string selector = "ingressgateway") => Put(
        "Gateway", @namespace, name, $$"""{"selector": {"istio": "{{selector}}"}, "servers": [{{servers}}]}""", age);

    public GatewayMesh VirtualService(string spec, string name = "web", string @namespace = "shop", int age = 0) => Put("VirtualService", @namespace, name, spec, age);

    /// <summary>A VirtualService that sends everything for its hosts to web.</summary>
    public GatewayMesh ToWeb(string hosts, string name = "web", string @namespace = "shop", int age = 0, string more = "", string gateways = "\"istio-system/gw\"") => VirtualService(
        $$$"""{"hosts": [{{{hosts}}}], "gateways": [{{{gateways}}}], "http": [{"route": [{"destination": {"host": "web.shop.svc.cluster.local", "port": {"number": 80} } }]}]{{{more}}} }""", name, @namespace, age);

    public GatewayMesh Put(string kind, string @namespace, string name, string spec, int age = 0)
    {
        Translated.Mesh.Put(new ConfigObject { Meta = Meta(@namespace, name, ageInDays: age), ApiVersion = "networking.istio.io/v1", Kind = kind, SpecJson = spec });
        return this;
    }

    public Listener? Listener(string name) => Translated.Listener(Proxy, name);

    public IReadOnlyList<string> Listeners() => [.. Translated.Set(XdsType.Listener, Proxy).Resources.Select(r => r.Name)];

    public IReadOnlyList<string> Routes() => [.. Translated.Set(XdsType.Route, Proxy).Resources.Select(r => r.Name)];

    public RouteConfiguration Route(string name) => RouteConfiguration.Parser.ParseFrom(Translated.Set(XdsType.Route, Proxy).Find(name)!.Body.Span);

    public global::Envoy.Extensions.TransportSockets.Tls.V3.Secret? Secret(string name) =>
        Translated.Set(XdsType.Secret, Proxy, name).Find(name) is { } found ? global::Envoy.Extensions.TransportSockets.Tls.V3.Secret.Parser.ParseFrom(found.Body.Span) : null;

    public HttpConnectionManager Manager(string listener, int chain = 0) =>
        Listener(listener)!.FilterChains[chain].Filters[^1].TypedConfig.Unpack<HttpConnectionManager>();

    /// <summary>The TLS of a listener's first chain, for a server with the given settings.</summary>
    public static DownstreamTlsContext Tls(string settings, string mesh = "{}", string protocol = "HTTPS", LabelMap? metadata = null)
    {
        var world = new GatewayMesh();
        world.Translated.Mesh.Settings(mesh);
        if (metadata is not null)
            world.Proxy = world.Proxy with { Metadata = metadata };
        world.Gateway($$"""{"port": {"number": 443, "name": "x", "protocol": "{{protocol}}"}, "hosts": ["a.example.com"], "tls": {{settings}}}""")
            .VirtualService("""{"hosts": ["*"], "gateways": ["istio-system/gw"], "tcp": [{"route": [{"destination": {"host": "web"}}]}]}""");
        return world.Listener("0.0.0.0_8443")!.FilterChains[0].TransportSocket.TypedConfig.Unpack<DownstreamTlsContext>();
    }
}
