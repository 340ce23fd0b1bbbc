using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Proxies;
using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The route configurations of gateways.</summary>
internal static class GatewayRoutes
{
    private const string AnyDomain = "*";

    /// <summary>
    /// The routes of a VirtualService for one server of a class, empty where none concerns it. Remembered one by one, so that an edit of a
    /// VirtualService, service or rule translates again only what names it.
    /// </summary>
    private static readonly Derivation<Key, EquatableArray<Frozen<Route>>> OfVirtualService = new("GatewayRoutes", static (reader, key) =>
    {
        var context = new RouteContext(key.Port, [key.Gateway], key.Class.Namespace, key.Class.Labels, key.Tls);
        return HttpRoutes.Translate(key.Rule, context, new GatewayRouteDirectory(reader, key.Class, key.Rule.Key.Namespace, key.Port)).Select(r => r.Freeze()).ToEquatableArray();
    });

    /// <summary>The input of a route configuration; null where no server is left that shares it.</summary>
    public static GatewayRouteInput? Input(IReader reader, GatewayRouteItem item)
    {
        if (reader.Get(MergedGateways.OfRoute, (item.Class, item.Name)) is not { IsEmpty: false } servers)
            return null;
        var hosts = new GatewayHosts();
        var known = new Dictionary<(string Gateway, ObjectKey Rule), GatewayRouteSet>();
        foreach (var server in servers)
        {
            Add(reader, item.Class, server, known, hosts);
            if (!server.RedirectsToHttps)
                continue;
            foreach (var host in server.Hosts)
                hosts.Redirect(host.ToLowerInvariant(), server.Port);
        }

        var attemptCount = !(ProxyConfigs.Of(reader, item.Class).ProxyHeaders?.AttemptCount?.Disabled ?? false);
        var result = hosts.Build(attemptCount);
        return new GatewayRouteInput(item.Name, result.IsEmpty ? [BlackHole(servers[0])] : result);
    }

    private static void Add(
        IReader reader, ProxyClass proxy, GatewayServer server, Dictionary<(string Gateway, ObjectKey Rule), GatewayRouteSet> known, GatewayHosts hosts)
    {
        foreach (var rule in reader.Get(HostedRules.Of, (proxy.Namespace, server.GatewayName)).Near(server.ServerNames))
        {
            var shared = HostOverlap.Of(server.HostsFor(rule.Key.Namespace), rule.Hosts);
            if (shared.Count == 0)
                continue;
            // As with istiod, further servers of the Gateway take the routes made for the first.
            if (!known.TryGetValue((server.GatewayName, rule.Key), out var routes))
            {
                var made = reader.Get(OfVirtualService, new Key(proxy, rule, server.GatewayName, server.Port, server.Tls is not null));
                if (made.IsEmpty)
                    continue;
                known[(server.GatewayName, rule.Key)] = routes = new GatewayRouteSet(made);
            }

            foreach (var host in shared)
                hosts.Add(host.ToLowerInvariant(), server.Port, routes, server.RedirectsToHttps);
        }
    }

    private static GatewayVirtualHost BlackHole(GatewayServer server) => new(RouteNames.VirtualHost(RouteNames.BlackHole, server.Port), [AnyDomain], [], false, false);

    private sealed record Key(ProxyClass Class, VirtualServiceSpec Rule, string Gateway, int Port, bool Tls)
    {
        public override int GetHashCode() => HashCode.Combine(Class, Rule, Port);
    }
}
