using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Resources;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;

namespace ControlPlane.Translation.Envoy.ProxylessGrpc;

/// <summary>Makes the listeners of gRPC clients and servers. They refuse what they do not know: nothing more may be set than here.</summary>
internal static class GrpcListenerBuilder
{
    /// <summary>The resource of an input.</summary>
    public static EnvoyResource Build(GrpcListener input)
    {
        var listener = new Listener { Name = input.Name, Address = Address(input.Addresses[0], input.Port) };
        foreach (var extra in input.Addresses.Skip(1))
            listener.AdditionalAddresses.Add(new AdditionalAddress { Address = Address(extra, input.Port) });
        if (input.RouteName.Length > 0)
            listener.ApiListener = new ApiListener { ApiListener_ = ProtoJson.Pack(ClientManager(input.RouteName)) };
        else
            listener.FilterChains.Add(ServerChain(input));
        return new EnvoyResource(XdsType.Listener, input.Name, listener) { References = input.RouteName.Length > 0 ? [input.RouteName] : [], ForGrpc = true };
    }

    private static HttpConnectionManager ClientManager(string routeName) => new()
    {
        HttpFilters = { Filter("envoy.filters.http.fault", new HTTPFault()), Router() },
        Rds = new Rds { RouteConfigName = routeName, ConfigSource = new ConfigSource { Ads = new AggregatedConfigSource() } },
    };

    private static FilterChain ServerChain(GrpcListener input)
    {
        var kind = input.Secured ? "mtls" : "plaintext";
        var manager = new HttpConnectionManager { RouteConfig = ServerRoutes(), HttpFilters = { input.Authorization.Select(static f => f.Message), Router() } };
        return new FilterChain
        {
            Name = "inbound-" + kind,
            Filters = { new Filter { Name = "inbound-hcm" + kind, TypedConfig = ProtoJson.Pack(manager) } },
            TransportSocket = input.Secured ? GrpcTls.Server() : null,
        };
    }

    private static RouteConfiguration ServerRoutes() => new()
    {
        Name = "inbound",
        VirtualHosts =
        {
            new VirtualHost
            {
                Domains = { "*" },
                Routes = { new Route { Match = new RouteMatch { Prefix = "/" }, NonForwardingAction = new NonForwardingAction() } },
            },
        },
    };

    private static HttpFilter Router() => Filter("envoy.filters.http.router", new Router());

    private static HttpFilter Filter(string name, IMessage config) => new() { Name = name, TypedConfig = ProtoJson.Pack(config) };

    private static Address Address(string address, int port) => new() { SocketAddress = new SocketAddress { Address = address, PortValue = (uint)port } };
}
