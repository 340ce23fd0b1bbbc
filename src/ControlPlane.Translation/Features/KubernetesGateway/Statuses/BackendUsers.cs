using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Views;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway.Statuses;

/// <summary>Which Gateways lead to a backend, by the routes that name both.</summary>
internal static class BackendUsers
{
    private static readonly Derivation<RouteId, EquatableArray<(string Kind, ObjectKey Backend, ObjectKey Gateway)>> OfRoute = new("KubernetesRoute.Users", static (reader, id) =>
    {
        if (reader.Get(RouteObjects.Object, id).Spec is not { } route)
            return [];
        var gateways = route.Parents.Select(static p => p.Message)
            .Where(p => (p.Group ?? GatewayApi.Group) == GatewayApi.Group && (p.Kind ?? GatewayApi.Gateway) == GatewayApi.Gateway)
            .Select(p => new ObjectKey(p.Namespace ?? id.Key.Namespace, p.Name))
            .Where(g => reader.Get(Listeners.IsOurs, (GatewayApi.Gateway, g)))
            .Distinct().ToList();
        return gateways.Count == 0 ? [] : Backends(route)
            .Select(b => (Kind: b.Kind ?? GatewayApi.Service, Key: new ObjectKey(b.Namespace ?? id.Key.Namespace, b.Name)))
            .Distinct()
            .SelectMany(b => gateways.Select(g => (b.Kind, b.Key, g)))
            .ToEquatableArray();
    });

    private static readonly Derivation<Unit, EquatableArray<(string Kind, ObjectKey Backend, ObjectKey Gateway)>> All = new("KubernetesRoute.AllUsers", static (reader, _) =>
        reader.Get(RouteObjects.All, Unit.Value).SelectMany(r => reader.Get(OfRoute, r)).Distinct()
            .OrderBy(static u => u.Kind, StringComparer.Ordinal).ThenBy(static u => u.Backend).ThenBy(static u => u.Gateway)
            .ToEquatableArray());

    /// <summary>The Gateways that lead to a backend, in order.</summary>
    public static Derivation<(string Kind, ObjectKey Backend), EquatableArray<ObjectKey>> Of { get; } = new("KubernetesRoute.UsersOf", static (reader, key) =>
        reader.Get(All, Unit.Value).Where(u => u.Kind == key.Kind && u.Backend == key.Backend).Select(static u => u.Gateway).ToEquatableArray());

    private static IEnumerable<Api.BackendReference> Backends(RouteObject route) =>
        route.Http.SelectMany(static r => r.Message.BackendRefs)
            .Concat(route.Grpc.SelectMany(static r => r.Message.BackendRefs))
            .Concat(route.Connections.SelectMany(static r => r.Message.BackendRefs));
}
