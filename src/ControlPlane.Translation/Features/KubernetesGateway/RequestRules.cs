using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using Google.Protobuf.WellKnownTypes;
using Istio.Networking.V1Alpha3;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Converts the rules of an HTTPRoute or GRPCRoute into those of a VirtualService, one per match.</summary>
/// <param name="reader">What is read is recorded.</param>
/// <param name="route">The route.</param>
/// <param name="forMesh">Whether clients in the mesh take them; else gateways.</param>
internal sealed class RequestRules(IReader reader, RouteObject route, bool forMesh)
{
    private const uint ServerError = 500;
    private const int DefaultAttempts = 2;
    private const string RetryConditions = "connect-failure,refused-stream,unavailable,cancelled";
    private const string RequestHeaders = "RequestHeaderModifier";
    private const string ResponseHeaders = "ResponseHeaderModifier";
    private const string RequestMirror = "RequestMirror";

    private readonly RouteFaults _faults = new(route.Id);
    private readonly bool _isGrpc = route.Id.Kind == GatewayApi.GrpcRoute;

    /// <summary>The rules of a route that is taken by gateways, or by clients in the mesh, and what is wrong with them.</summary>
    public static Derivation<(RouteId Id, bool ForMesh), (EquatableArray<Frozen<HTTPRoute>> Rules, EquatableArray<GatewayFault> Faults)> Of { get; } = new(
        "KubernetesRoute.RequestRules",
        static (reader, key) => reader.Get(RouteObjects.Object, key.Id).Spec is { } route ? new RequestRules(reader, route, key.ForMesh).Convert() : ([], []));

    private Backends Destinations => new(reader, route.Id, !forMesh, _faults, Backends.Fails);

    /// <summary>The rules, in the order in which they are tried; none where the route is left out.</summary>
    private (EquatableArray<Frozen<HTTPRoute>> Rules, EquatableArray<GatewayFault> Faults) Convert()
    {
        var rules = new List<HTTPRoute>();
        for (var i = 0; i < route.Http.Count && !_faults.Refused; i++)
            AddHttp(route.Http[i].Message, i, rules);
        for (var i = 0; i < route.Grpc.Count && !_faults.Refused; i++)
            AddGrpc(route.Grpc[i].Message, i, rules);
        return (_faults.Refused ? [] : RulePrecedence.Sort(rules).Select(static r => r.Freeze()).ToEquatableArray(), _faults.Items.ToEquatableArray());
    }

    private void AddHttp(Api.HttpRouteRule source, int index, List<HTTPRoute> rules)
    {
        var field = Field(index);
        var rule = Rule(source.Name, index, source.Filters, source.BackendRefs, field);
        SetRetries(rule, source, field);
        if (source.Matches.Count == 0)
            rules.Add(rule);
        for (var i = 0; i < source.Matches.Count && !_faults.Refused; i++)
        {
            if (RequestMatches.Http(source.Matches[i], $"{field}.matches[{i}]", _faults) is { } match)
                rules.Add(With(rule, match));
        }
    }

    private void AddGrpc(Api.GrpcRouteRule source, int index, List<HTTPRoute> rules)
    {
        var field = Field(index);
        var rule = Rule(source.Name, index, source.Filters, source.BackendRefs, field);
        if (source.Matches.Count == 0)
            rules.Add(rule);
        for (var i = 0; i < source.Matches.Count && !_faults.Refused; i++)
        {
            if (RequestMatches.Grpc(source.Matches[i], $"{field}.matches[{i}]", _faults) is { } match)
                rules.Add(With(rule, match));
        }
    }

    private static string Field(int index) => $"spec.rules[{index}]";

    private static HTTPRoute With(HTTPRoute rule, HTTPMatchRequest match)
    {
        var result = rule.Clone();
        result.Match.Add(match);
        return result;
    }

    private HTTPRoute Rule(string name, int index, IReadOnlyList<Api.RouteFilter> filters, IReadOnlyList<Api.BackendReference> backends, string field)
    {
        var rule = new HTTPRoute { Name = name.Length > 0 ? name : $"{route.Id.Key.Namespace}.{route.Id.Key.Name}.{index}" };
        for (var i = 0; i < filters.Count; i++)
            Apply(filters[i], rule, $"{field}.filters[{i}]");
        if (Backends.WeightSum(backends) == 0 && rule.Redirect is null)
        {
            rule.DirectResponse = new HTTPDirectResponse { Status = ServerError };
            _faults.Warn($"{field}.backendRefs", "no backend has a weight: requests get status 500");
            return rule;
        }

        foreach (var (backend, position, weight) in Backends.Weighted(backends))
        {
            var path = $"{field}.backendRefs[{position}]";
            if (Destinations.Find(backend, path, out var destination) == BackendOutcome.Refused)
                return rule;
            var target = new HTTPRouteDestination { Destination = destination, Weight = weight };
            for (var i = 0; i < backend.Filters.Count; i++)
                target.Headers = Headers(backend.Filters[i], target.Headers, $"{path}.filters[{i}]");
            rule.Route.Add(target);
        }

        return rule;
    }

    private void Apply(Api.RouteFilter filter, HTTPRoute rule, string field)
    {
        switch (filter.Type)
        {
            case RequestMirror:
                if (filter.RequestMirror is { } mirror)
                    AddMirror(mirror, rule, $"{field}.requestMirror");
                break;
            case "RequestRedirect" when !_isGrpc:
                rule.Redirect = filter.RequestRedirect is null ? null : RequestFilters.Redirect(filter.RequestRedirect);
                break;
            case "URLRewrite" when !_isGrpc:
                rule.Rewrite = filter.UrlRewrite is null ? null : RequestFilters.Rewrite(filter.UrlRewrite);
                break;
            case "CORS" when !_isGrpc:
                rule.CorsPolicy = filter.Cors is null ? null : RequestFilters.Cors(filter.Cors);
                break;
            default:
                rule.Headers = Headers(filter, rule.Headers, field);
                break;
        }
    }

    /// <summary>Header changes with those of a filter; of two filters of one type the later counts.</summary>
    private Headers? Headers(Api.RouteFilter filter, Headers? headers, string field)
    {
        var change = filter.Type switch
        {
            RequestHeaders => filter.RequestHeaderModifier,
            ResponseHeaders => filter.ResponseHeaderModifier,
            _ => null,
        };
        if (filter.Type is not (RequestHeaders or ResponseHeaders))
            _faults.Refuse($"{field}.type", $"filters of type {filter.Type} are not supported here", Reasons.InvalidFilter);
        if (change is null || RequestFilters.Headers(change, field, _faults) is not { } operations)
            return headers;
        headers ??= new Headers();
        if (filter.Type == RequestHeaders)
            headers.Request = operations;
        else
            headers.Response = operations;
        return headers;
    }

    /// <summary>A mirror whose backend can't be used is left out of an HTTPRoute; a GRPCRoute is left out with it.</summary>
    private void AddMirror(Api.MirrorFilter mirror, HTTPRoute rule, string field)
    {
        var faults = _isGrpc ? _faults : new RouteFaults(route.Id, ": nothing is mirrored");
        var outcome = new Backends(reader, route.Id, !forMesh, faults, Backends.Ignored).Find(mirror.BackendRef ?? new Api.BackendReference(), $"{field}.backendRef", out var destination);
        if (outcome == BackendOutcome.Sound)
            rule.Mirrors.Add(new HTTPMirrorPolicy { Destination = destination, Percentage = RequestFilters.Share(mirror) });
        else if (_isGrpc && !_faults.Refused)
            _faults.Refuse($"{field}.backendRef", "this mirror can't be used", reason: "");
        if (!_isGrpc)
            _faults.Take(faults);
    }

    private void SetRetries(HTTPRoute rule, Api.HttpRouteRule source, string field)
    {
        if (source.Retry is { } retry)
        {
            var attempts = retry.Attempts ?? DefaultAttempts;
            rule.Retries = new HTTPRetry
            {
                Attempts = attempts,
                RetryOn = attempts == 0 ? "" : string.Join(',', retry.Codes.Select(static c => c.ToString(System.Globalization.CultureInfo.InvariantCulture)).Prepend(RetryConditions)),
                Backoff = retry.Backoff.Length == 0 ? null : RequestFilters.Duration(retry.Backoff, $"{field}.retry.backoff", _faults) ?? new Duration(),
            };
        }

        if (source.Timeouts is not { } timeouts)
            return;
        rule.Timeout = RequestFilters.Duration(timeouts.Request, $"{field}.timeouts.request", _faults);
        if (RequestFilters.Duration(timeouts.BackendRequest, $"{field}.timeouts.backendRequest", _faults) is not { } single)
            return;
        if (rule.Retries is not null)
            rule.Retries.PerTryTimeout = single;
        else
            rule.Timeout = single;
    }
}
