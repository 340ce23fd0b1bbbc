using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.ServiceEntry;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views.Services;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Binds routes to their parents.</summary>
internal static class RouteBindings
{
    private const string AnyHost = "*";

    private static readonly Derivation<ObjectKey, EquatableArray<string>> EntryHosts = new(
        "KubernetesRoute.EntryHosts", static (reader, key) => reader.Get(ServiceEntries.ServicesOf, key).Select(static s => s.Host).Distinct(StringComparer.Ordinal).ToEquatableArray());

    /// <summary>The parents that take a route.</summary>
    public static Derivation<RouteId, RouteBinding> Of { get; } = new("KubernetesRoute.Binding", static (reader, id) =>
    {
        if (reader.Get(RouteObjects.Object, id).Spec is not { } route)
            return new RouteBinding([], []);
        var outcomes = new List<ParentOutcome>();
        var found = new List<(string Order, RouteParent Parent)>();
        for (var i = 0; i < route.Parents.Count; i++)
        {
            var reference = route.Parents[i].Message;
            var order = Order(reference, id.Key.Namespace);
            var (parents, outcome) = Bind(reader, route, reference);
            found.AddRange(parents.Select(p => (order, p)));
            outcomes.Add(outcome with { Index = i });
        }

        var parentsInOrder = found.OrderBy(static f => f.Order, StringComparer.Ordinal).Select(static f => f.Parent).OrderBy(static p => p.Gateway, StringComparer.Ordinal);
        return new RouteBinding(parentsInOrder.ToEquatableArray(), outcomes.ToEquatableArray());
    });

    private static (IEnumerable<RouteParent> Parents, ParentOutcome Outcome) Bind(IReader reader, RouteObject route, Api.ParentReference reference)
    {
        var key = new ObjectKey(reference.Namespace ?? route.Id.Key.Namespace, reference.Name);
        return (reference.Group ?? GatewayApi.Group, reference.Kind ?? GatewayApi.Gateway) switch
        {
            (GatewayApi.Group, GatewayApi.Gateway or GatewayApi.ListenerSet) => BindListeners(reader, route, reference, key),
            ("", GatewayApi.Service) => BindMesh(
                reader.Get(GatewayApi.ServiceExists, key) ? [GatewayApi.HostOf(reader, key)] : [], reference.Port, $"there is no Service {key}"),
            (GatewayApi.IstioGroup, GatewayApi.ServiceEntry) => BindMesh(reader.Get(EntryHosts, key), reference.Port, $"there is no sound ServiceEntry {key}"),
            var (group, kind) => ([], new ParentOutcome(
                0, IsOurs: false, IsMesh: false, [],
                new Refusal(Reasons.NoMatchingParent, $"a Gateway, ListenerSet, Service or ServiceEntry is required, found {group}/{kind}"))),
        };
    }

    private static (IEnumerable<RouteParent> Parents, ParentOutcome Outcome) BindMesh(EquatableArray<string> hosts, int port, string missing)
    {
        var refusal = hosts.IsEmpty ? new Refusal(Reasons.NoMatchingParent, missing) : null;
        return (hosts.IsEmpty ? [] : [Mesh(hosts, port)], new ParentOutcome(0, IsOurs: true, IsMesh: true, [], refusal));
    }

    private static RouteParent Mesh(EquatableArray<string> hosts, int port) =>
        new() { Gateway = VirtualServiceSpec.Mesh, IsMesh = true, ServiceHosts = hosts, ServicePort = port };

    private static (IEnumerable<RouteParent> Parents, ParentOutcome Outcome) BindListeners(IReader reader, RouteObject route, Api.ParentReference reference, ObjectKey key)
    {
        var kind = reference.Kind ?? GatewayApi.Gateway;
        var isOurs = reader.Get(Listeners.IsOurs, (kind, key));
        var listeners = reader.Get(Listeners.OfOwner, (kind, key));
        var parents = new List<RouteParent>();
        var taken = new List<ListenerId>();
        // Of several reasons the one is told that came closest to taking the route.
        (int Rank, Refusal? Refusal) fault = (-1, new Refusal(Reasons.NoMatchingParent, $"there is no {kind} {key} with a listener that this control plane serves"));
        foreach (var listener in listeners)
        {
            var judged = Judge(route, reference, listener);
            if (judged.Refusal is null)
            {
                parents.Add(Parent(listener, listeners));
                taken.Add(listener.Id);
            }
            else if (judged.Rank > fault.Rank)
            {
                fault = judged;
            }
        }

        return (parents, new ParentOutcome(0, isOurs, IsMesh: false, taken.ToEquatableArray(), parents.Count > 0 ? null : fault.Refusal));
    }

    private static RouteParent Parent(BoundListener listener, EquatableArray<BoundListener> all) => new()
    {
        Gateway = listener.GatewayName,
        Hostname = listener.Hostname,
        Others = all
            .Where(l => l.Port == listener.Port && l.Protocol == listener.Protocol && l.Hostname != listener.Hostname)
            .Select(static l => l.Hostname).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray(),
    };

    private static (int Rank, Refusal? Refusal) Judge(RouteObject route, Api.ParentReference reference, BoundListener listener)
    {
        if (reference.Port != 0 && reference.Port != listener.Port)
            return (0, new Refusal(Reasons.NoMatchingParent, $"it has no listener of port {reference.Port}"));
        if (reference.SectionName.Length > 0 && reference.SectionName != listener.Section)
        {
            var message = reference.Port == 0 ? $"it has no listener {reference.SectionName}" : $"it has no listener {reference.SectionName} of port {reference.Port}";
            return (1, new Refusal(Reasons.NoMatchingParent, message));
        }

        EquatableArray<string> hosts = route.Hostnames.IsEmpty ? [AnyHost] : route.Hostnames;
        var hostMatches = false;
        foreach (var allowed in listener.Hosts)
        {
            var slash = allowed.IndexOf('/', StringComparison.Ordinal);
            if (!hosts.Any(h => HostNames.Overlap(allowed[(slash + 1)..], h)))
                continue;
            hostMatches = true;
            if (slash < 0 || allowed[..slash] == route.Id.Key.Namespace)
            {
                return (4, listener.Kinds.Contains(route.Id.Kind)
                    ? null : new Refusal(Reasons.NotAllowedByListeners, $"its listener {listener.Section} takes no {route.Id.Kind}"));
            }
        }

        return hostMatches
            ? (3, new Refusal(Reasons.NotAllowedByListeners, $"its listener {listener.Section} takes no routes of namespace {route.Id.Key.Namespace} (allowedRoutes)"))
            : (2, new Refusal(Reasons.NoMatchingHostname, $"no hostname of the route is one of its listener {listener.Section}, which is for {listener.Hostname}"));
    }

    private static string Order(Api.ParentReference reference, string ownNamespace) => string.Create(
        CultureInfo.InvariantCulture,
        $"{reference.Group ?? GatewayApi.Group}/{reference.Kind ?? GatewayApi.Gateway}/{reference.Name}/{reference.SectionName}/{reference.Port}.{reference.Namespace ?? ownNamespace}");
}
