using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>The routes of the Gateway API.</summary>
internal static class RouteObjects
{
    /// <summary>The kinds of routes, those that are merged with one another first.</summary>
    public static EquatableArray<string> Kinds { get; } = [GatewayApi.HttpRoute, GatewayApi.GrpcRoute, GatewayApi.TcpRoute, GatewayApi.TlsRoute];

    /// <summary>One object as read, with what is wrong with it.</summary>
    public static Derivation<RouteId, Parsed<RouteObject>> Object { get; } = new(
        "KubernetesRoute.Object", static (reader, id) => reader.Find(GatewayApi.Table(id.Kind), id.Key) is { } source ? RouteObjectReader.Read(id.Kind, source) : new(null, []));

    /// <summary>All objects, by kind and key.</summary>
    public static Derivation<Unit, EquatableArray<RouteId>> All { get; } = new("KubernetesRoute.All", static (reader, _) =>
        Kinds.SelectMany(k => reader.All(GatewayApi.Table(k)).Select(o => new RouteId(k, o.Key))).ToEquatableArray());
}
