using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.ServiceEntry;
using ControlPlane.Translation.Features.Validation;
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
        var faults = new List<GatewayFault>();
        var found = new List<(string Order, RouteParent Parent)>();
        for (var i = 0; i < route.Parents.Count; i++)
        {
            var reference = route.Parents[i].Message;
            var order = Order(reference, id.Key.Namespace);
            var (parents, reason) = Bind(reader, route, reference);
            found.AddRange(parents.Select(p => (order, p)));
            if (reason is not null)
                faults.Add(new GatewayFault(id.Kind, id.Key, References.RefusedParent, $"spec.parentRefs[{i}]", reason));
        }

        var parentsInOrder = found.OrderBy(static f => f.Order, StringComparer.Ordinal).Select(static f => f.Parent).OrderBy(static p => p.Gateway, StringComparer.Ordinal);
        return new RouteBinding(parentsInOrder.ToEquatableArray(), faults.ToEquatableArray());
    });

    private static (IEnumerable<RouteParent> Parents, string? Fault) Bind(IReader reader, RouteObject route, Api.ParentReference reference)
    {
        var key = new ObjectKey(reference.Namespace ?? route.Id.Key.Namespace, reference.Name);
        return (reference.Group ?? GatewayApi.Group, reference.Kind ?? GatewayApi.Gateway) switch
        {
            (GatewayApi.Group, GatewayApi.Gateway or GatewayApi.ListenerSet) => BindListeners(reader, route, reference, key),
            ("", GatewayApi.Service) when reader.Get(GatewayApi.ServiceExists, key) => ([Mesh([GatewayApi.HostOf(reader, key)], reference.Port)], null),
            ("", GatewayApi.Service) => ([], $"there is no Service {key}"),
            (GatewayApi.IstioGroup, GatewayApi.ServiceEntry) when reader.Get(EntryHosts, key) is { IsEmpty: false } hosts => ([Mesh(hosts, reference.Port)], null),
            (GatewayApi.IstioGroup, GatewayApi.ServiceEntry) => ([], $"there is no sound ServiceEntry {key}"),
            var (group, kind) => ([], $"a Gateway, ListenerSet, Service or ServiceEntry is required, found {group}/{kind}"),
        };
    }

    private static RouteParent Mesh(EquatableArray<string> hosts, int port) =>
        new() { Gateway = VirtualServiceSpec.Mesh, IsMesh = true, ServiceHosts = hosts, ServicePort = port };

    private static (IEnumerable<RouteParent> Parents, string? Fault) BindListeners(IReader reader, RouteObject route, Api.ParentReference reference, ObjectKey key)
    {
        var kind = reference.Kind ?? GatewayApi.Gateway;
        var listeners = reader.Get(Listeners.OfOwner, (kind, key));
        if (listeners.IsEmpty)
            return ([], $"there is no {kind} {key} with a listener that this control plane serves");
        var parents = new List<RouteParent>();
        // Of several reasons the one is told that came closest to taking the route.
        (int Rank, string? Message) fault = (-1, null);
        foreach (var listener in listeners)
        {
            var reason = Refusal(route, reference, listener);
            if (reason.Message is null)
                parents.Add(Parent(listener, listeners));
            else if (reason.Rank > fault.Rank)
                fault = reason;
        }

        return (parents, parents.Count > 0 ? null : fault.Message);
    }

    private static RouteParent Parent(BoundListener listener, EquatableArray<BoundListener> all) => new()
    {
        Gateway = listener.GatewayName,
        Hostname = listener.Hostname,
        Others = all
            .Where(l => l.Port == listener.Port && l.Protocol == listener.Protocol && l.Hostname != listener.Hostname)
            .Select(static l => l.Hostname).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToEquatableArray(),
    };

    private static (int Rank, string? Message) Refusal(RouteObject route, Api.ParentReference reference, BoundListener listener)
    {
        if (reference.Port != 0 && reference.Port != listener.Port)
            return (0, $"it has no listener of port {reference.Port}");
        if (reference.SectionName.Length > 0 && reference.SectionName != listener.Section)
            return (1, reference.Port == 0 ? $"it has no listener {reference.SectionName}" : $"it has no listener {reference.SectionName} of port {reference.Port}");
        EquatableArray<string> hosts = route.Hostnames.IsEmpty ? [AnyHost] : route.Hostnames;
        var hostMatches = false;
        foreach (var allowed in listener.Hosts)
        {
            var slash = allowed.IndexOf('/', StringComparison.Ordinal);
            if (!hosts.Any(h => HostNames.Overlap(allowed[(slash + 1)..], h)))
                continue;
            hostMatches = true;
            if (slash < 0 || allowed[..slash] == route.Id.Key.Namespace)
                return listener.Kinds.Contains(route.Id.Kind) ? (4, null) : (4, $"its listener {listener.Section} takes no {route.Id.Kind}");
        }

        return hostMatches
            ? (3, $"its listener {listener.Section} takes no routes of namespace {route.Id.Key.Namespace} (allowedRoutes)")
            : (2, $"no hostname of the route is one of its listener {listener.Section}, which is for {listener.Hostname}");
    }

    private static string Order(Api.ParentReference reference, string ownNamespace) => string.Create(
        CultureInfo.InvariantCulture,
        $"{reference.Group ?? GatewayApi.Group}/{reference.Kind ?? GatewayApi.Gateway}/{reference.Name}/{reference.SectionName}/{reference.Port}.{reference.Namespace ?? ownNamespace}");
}
