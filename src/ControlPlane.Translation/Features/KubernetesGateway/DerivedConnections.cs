using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>The VirtualServices that TCPRoutes and TLSRoutes stand for: one per parent and host.</summary>
internal static class DerivedConnections
{
    private const string AnyHost = "*";

    private static readonly Derivation<RouteId, EquatableArray<VirtualServiceSpec>> OfRoute = new("KubernetesRoute.Connections", static (reader, id) =>
        reader.Get(RouteObjects.Object, id).Spec is { } route ? Number(route, Build(reader, route)).ToEquatableArray() : []);

    /// <summary>The VirtualServices.</summary>
    public static IEnumerable<VirtualServiceSpec> All(IReader reader) => reader.Get(RouteObjects.All, Unit.Value)
        .Where(static r => r.Kind is GatewayApi.TcpRoute or GatewayApi.TlsRoute)
        .SelectMany(r => reader.Get(OfRoute, r));

    private static IEnumerable<VirtualServiceSpec> Number(RouteObject route, IEnumerable<VirtualServiceSpec> specs)
    {
        var protocol = route.Id.Kind == GatewayApi.TcpRoute ? "tcp" : "tls";
        return specs.Select((s, i) => s with
        {
            Key = new ObjectKey(route.Id.Key.Namespace, string.Create(CultureInfo.InvariantCulture, $"{route.Id.Key.Name}~{protocol}~{i}~{GatewayApi.Mark}")),
        });
    }

    private static IEnumerable<VirtualServiceSpec> Build(IReader reader, RouteObject route)
    {
        foreach (var parent in reader.Get(RouteBindings.Of, route.Id).Parents)
        {
            var rules = reader.Get(ConnectionRules.Of, (route.Id, parent.IsMesh)).Rules;
            foreach (var host in Hosts(route, parent))
            {
                var spec = DerivedVirtualServices.Spec(route.Id.Key, route.CreationTime, parent.Gateway, host);
                yield return route.Id.Kind == GatewayApi.TcpRoute
                    ? spec with { Tcp = rules.Select(r => Tcp(r, parent.ServicePort).Freeze()).ToEquatableArray() }
                    : spec with { Tls = Tls(route, parent, rules, host).ToEquatableArray() };
            }
        }
    }

    /// <summary>At a listener, the hostnames of a TLSRoute as far as they are the listener's; a TCPRoute is for whatever comes.</summary>
    private static IReadOnlyList<string> Hosts(RouteObject route, RouteParent parent)
    {
        if (parent.IsMesh)
            return parent.ServiceHosts;
        if (route.Id.Kind == GatewayApi.TcpRoute)
            return [AnyHost];
        EquatableArray<string> hosts = route.Hostnames.IsEmpty ? [AnyHost] : route.Hostnames;
        return parent.Hostname.Length == 0 ? hosts : HostOverlap.Of(hosts, [parent.Hostname]);
    }

    private static TCPRoute Tcp(EquatableArray<Frozen<RouteDestination>> destinations, int port)
    {
        var result = new TCPRoute();
        result.Route.AddRange(destinations.Select(static d => d.Message));
        if (port != 0)
            result.Match.Add(new L4MatchAttributes { Port = (uint)port });
        return result;
    }

    private static IEnumerable<Frozen<TLSRoute>> Tls(RouteObject route, RouteParent parent, EquatableArray<EquatableArray<Frozen<RouteDestination>>> rules, string host)
    {
        foreach (var destinations in rules)
        {
            var isDead = destinations is [{ Message.Weight: 0, Message.Destination.Subset.Length: > 0 }];
            var result = new TLSRoute();
            result.Route.AddRange(destinations.Select(static d => d.Message));
            if (!isDead)
            {
                var names = Names(route, parent, host).ToList();
                if (names.Count == 0 && !parent.IsMesh)
                    continue;
                var match = new TLSMatchAttributes { Port = (uint)parent.ServicePort };
                match.SniHosts.AddRange(names);
                result.Match.Add(match);
            }

            yield return result.Freeze();
        }
    }

    /// <summary>Server names: in the mesh, without hostnames, the service's own.</summary>
    private static IEnumerable<string> Names(RouteObject route, RouteParent parent, string host)
    {
        if (!parent.IsMesh)
            return Hosts(route, parent);
        EquatableArray<string> names = route.Hostnames.IsEmpty || route.Hostnames is [AnyHost] ? parent.ServiceHosts : route.Hostnames;
        return names.Count > 1 ? names.Where(n => HostNames.Overlap(host, n)) : names;
    }
}
