using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.Validation;
using Google.Protobuf.WellKnownTypes;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Reads the routes of the Gateway API, with the defaults that an API server would have filled in. What depends on other objects is judged where they are bound.</summary>
internal static class RouteObjectReader
{
    private const string SessionsIgnored = "it has no effect: session persistence is not supported";

    /// <summary>Reads an object of one of the kinds.</summary>
    public static Parsed<RouteObject> Read(string kind, ConfigObject source) => kind switch
    {
        GatewayApi.HttpRoute => SpecReader.Parse<Api.HttpRouteSpec, RouteObject>(source, CheckHttp, m => Http(m, source)),
        GatewayApi.GrpcRoute => SpecReader.Parse<Api.GrpcRouteSpec, RouteObject>(source, CheckGrpc, m => Grpc(m, source)),
        _ => SpecReader.Parse<Api.ConnectionRouteSpec, RouteObject>(source, (m, p) => CheckConnections(kind, m, p), m => Connections(kind, m, source)),
    };

    private static RouteObject Http(Api.HttpRouteSpec message, ConfigObject source)
    {
        if (message.Rules.Count == 0)
            message.Rules.Add(new Api.HttpRouteRule());
        return Base(GatewayApi.HttpRoute, source, message.ParentRefs, message.Hostnames) with { Http = message.Rules.Select(static r => r.Freeze()).ToEquatableArray() };
    }

    private static RouteObject Grpc(Api.GrpcRouteSpec message, ConfigObject source) =>
        Base(GatewayApi.GrpcRoute, source, message.ParentRefs, message.Hostnames) with { Grpc = message.Rules.Select(static r => r.Freeze()).ToEquatableArray() };

    private static RouteObject Connections(string kind, Api.ConnectionRouteSpec message, ConfigObject source) =>
        Base(kind, source, message.ParentRefs, kind == GatewayApi.TlsRoute ? message.Hostnames : []) with { Connections = message.Rules.Select(static r => r.Freeze()).ToEquatableArray() };

    private static RouteObject Base(string kind, ConfigObject source, IEnumerable<Api.ParentReference> parents, IEnumerable<string> hostnames) => new()
    {
        Id = new RouteId(kind, source.Key),
        CreationTime = source.Meta.CreationTime,
        Parents = parents.Select(static p => p.Freeze()).ToEquatableArray(),
        Hostnames = hostnames.ToEquatableArray(),
    };

    private static void CheckHttp(Api.HttpRouteSpec message, Problems problems)
    {
        CheckCommon(message.ParentRefs, message.UseDefaultGateways, problems);
        for (var i = 0; i < message.Rules.Count; i++)
            CheckRule(message.Rules[i].Filters, message.Rules[i].BackendRefs, message.Rules[i].SessionPersistence, $"spec.rules[{i}]", problems);
    }

    private static void CheckGrpc(Api.GrpcRouteSpec message, Problems problems)
    {
        CheckCommon(message.ParentRefs, message.UseDefaultGateways, problems);
        for (var i = 0; i < message.Rules.Count; i++)
            CheckRule(message.Rules[i].Filters, message.Rules[i].BackendRefs, message.Rules[i].SessionPersistence, $"spec.rules[{i}]", problems);
    }

    private static void CheckConnections(string kind, Api.ConnectionRouteSpec message, Problems problems)
    {
        CheckCommon(message.ParentRefs, message.UseDefaultGateways, problems);
        if (kind == GatewayApi.TcpRoute && message.Hostnames.Count > 0)
            problems.Warn("spec.hostnames", "a TCPRoute has none: they have no effect");
        for (var i = 0; i < message.Rules.Count; i++)
            CheckRule([], message.Rules[i].BackendRefs, null, $"spec.rules[{i}]", problems);
    }

    private static void CheckCommon(IReadOnlyList<Api.ParentReference> parents, string defaults, Problems problems)
    {
        for (var i = 0; i < parents.Count; i++)
        {
            problems.Require(parents[i].Name.Length > 0, $"spec.parentRefs[{i}].name", "a name is required");
            problems.Require(parents[i].Port == 0 || NameRules.IsPort(parents[i].Port), $"spec.parentRefs[{i}].port", $"{parents[i].Port} is no port");
        }

        if (defaults.Length > 0)
            problems.Warn("spec.useDefaultGateways", "it has no effect: name Gateways in parentRefs");
    }

    private static void CheckRule(
        IReadOnlyList<Api.RouteFilter> filters, IReadOnlyList<Api.BackendReference> backends, Struct? sessions, string field, Problems problems)
    {
        if (sessions is not null)
            problems.Warn($"{field}.sessionPersistence", SessionsIgnored);
        for (var i = 0; i < filters.Count; i++)
            problems.Require(filters[i].Type.Length > 0, $"{field}.filters[{i}].type", "a type is required");
        for (var i = 0; i < backends.Count; i++)
        {
            var path = $"{field}.backendRefs[{i}]";
            problems.Require(backends[i].Name.Length > 0, $"{path}.name", "a name is required");
            problems.Require(backends[i].Port is null || NameRules.IsPort(backends[i].Port!.Value), $"{path}.port", $"{backends[i].Port} is no port");
            problems.Require(backends[i].Weight is null or >= 0, $"{path}.weight", "it must not be negative");
        }
    }
}
