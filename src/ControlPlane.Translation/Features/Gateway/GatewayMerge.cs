using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>
/// Joins the servers of several Gateways, as istiod does. Plain HTTP servers of a port share one route configuration; servers with TLS
/// share a port by the names of their hosts. What conflicts with an earlier server is left out.
/// </summary>
/// <param name="resolve">The ports to listen on for the port of a server of a Gateway.</param>
internal sealed class GatewayMerge(Func<GatewaySpec, int, IEnumerable<int>> resolve)
{
    private readonly List<Group> _groups = [];
    private readonly Dictionary<(int Port, string Protocol, string Bind), Group> _byKey = [];
    private readonly Dictionary<string, List<GatewayServer>> _routes = new(StringComparer.Ordinal);
    private readonly HashSet<int> _ports = [];
    private readonly Dictionary<int, Group> _plain = [];
    private readonly Dictionary<int, SniClaims> _hosts = [];
    private bool _passesAnything;

    /// <summary>Joins Gateways, given in their order.</summary>
    public MergedGateway Merge(IEnumerable<GatewaySpec> gateways)
    {
        foreach (var gateway in gateways)
        {
            foreach (var server in gateway.Servers)
            {
                foreach (var port in resolve(gateway, server.Port))
                    Add(server, port);
            }
        }

        return new MergedGateway(
            _groups.Select(g => new ServerGroup(g.Port, g.Protocol, g.Bind, g.RouteName, g.Servers.ToEquatableArray())).ToEquatableArray(),
            _routes.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => (r.Key, r.Value.ToEquatableArray())).ToEquatableArray(),
            _passesAnything);
    }

    private void Add(GatewayServer server, int port)
    {
        var route = RouteNames.OfServer(server, port);
        if (server.Tls is not null)
        {
            if (!_hosts.TryGetValue(port, out var claims))
                _hosts[port] = claims = new SniClaims();
            if (!claims.TryClaim(server.Hosts, server.Bind))
                return;
            _passesAnything |= server.PassesAnythingThrough;
        }

        if (_ports.Add(port))
            Start(server, port, route);
        else if (_plain.TryGetValue(port, out var current))
            AddBesidePlain(server, port, route, current);
        else
            AddBesideTls(server, port, route);
    }

    private void AddBesidePlain(GatewayServer server, int port, string route, Group current)
    {
        if (current.Bind != server.Bind)
        {
            if (!_byKey.TryGetValue((port, server.ProtocolText, server.Bind), out var other))
            {
                Start(server, port, route);
                return;
            }

            other.RouteName = route;
            other.Servers.Add(server);
            if (route.Length > 0)
                Route(route).Add(server);
        }
        else if (server.Protocol.IsHttp() && current.Protocol.IsHttp())
        {
            current.Servers.Add(server);
            Route(route).Add(server);
        }
    }

    private void AddBesideTls(GatewayServer server, int port, string route)
    {
        var isTls = server.Tls is not null && !server.Protocol.IsHttp();
        if (!isTls)
        {
            Start(server, port, route);
            return;
        }

        if (server.RoutesRequests)
        {
            // One name, one server: a second with the same port name could not be told apart.
            if (_routes.ContainsKey(route))
                return;
            Route(route).Add(server);
        }

        if (_byKey.TryGetValue((port, server.ProtocolText, server.Bind), out var group))
            group.Servers.Add(server);
        else
            Open(server, port, "");
    }

    /// <summary>A server that opens its port and address.</summary>
    private void Start(GatewayServer server, int port, string route)
    {
        var group = Open(server, port, route);
        if (server.Tls is null || server.Protocol.IsHttp())
            _plain[port] = group;
        if (server.RoutesRequests)
            _routes[route] = [server];
    }

    private Group Open(GatewayServer server, int port, string route)
    {
        var group = new Group(port, server.Protocol, server.Bind) { RouteName = route, Servers = { server } };
        _byKey[(port, server.ProtocolText, server.Bind)] = group;
        _groups.Add(group);
        return group;
    }

    private List<GatewayServer> Route(string name)
    {
        if (!_routes.TryGetValue(name, out var servers))
            _routes[name] = servers = [];
        return servers;
    }

    private sealed class Group(int port, Protocol protocol, string bind)
    {
        public int Port => port;

        public Protocol Protocol => protocol;

        public string Bind => bind;

        public string RouteName { get; set; } = "";

        public List<GatewayServer> Servers { get; } = [];
    }
}
