using ControlPlane.Translation.Features.Validation;
using Google.Protobuf.Collections;
using Istio.Networking.V1Alpha3;
using Api = K8S.Gateway.V1;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Converts the matches of HTTPRoutes and GRPCRoutes.</summary>
internal static class RequestMatches
{
    private const string Exact = "Exact";
    private const string Prefix = "PathPrefix";
    private const string Regex = "RegularExpression";
    private const string Root = "/";
    private const string AnyName = "[^/]+";

    /// <summary>A match of an HTTPRoute; null where a type in it is none, which has been noted.</summary>
    public static HTTPMatchRequest? Http(Api.HttpRouteMatch match, string field, RouteFaults faults)
    {
        if (Path(match.Path, $"{field}.path", faults) is not { } path)
            return null;
        var result = new HTTPMatchRequest { Uri = path };
        if (!Add(match.Headers, result.Headers, $"{field}.headers", faults) || !Add(match.QueryParams, result.QueryParams, $"{field}.queryParams", faults))
            return null;
        if (match.Method.Length > 0)
            result.Method = new StringMatch { Exact = match.Method };
        return result;
    }

    /// <summary>A match of a GRPCRoute; null where a type in it is none, which has been noted.</summary>
    public static HTTPMatchRequest? Grpc(Api.GrpcRouteMatch match, string field, RouteFaults faults)
    {
        var result = new HTTPMatchRequest();
        if (match.Method is { } method)
        {
            result.Uri = Method(method, $"{field}.method", faults);
            if (result.Uri is null)
                return null;
        }

        return Add(match.Headers, result.Headers, $"{field}.headers", faults) ? result : null;
    }

    private static StringMatch? Path(Api.HttpPathMatch? path, string field, RouteFaults faults)
    {
        var value = path?.Value ?? Root;
        switch (path?.Type ?? Prefix)
        {
            case Exact:
                return new StringMatch { Exact = value };
            case Prefix:
                return new StringMatch { Prefix = value != Root && value.EndsWith('/') ? value[..^1] : value };
            case Regex:
                return IsRegex(value, $"{field}.value", faults) ? new StringMatch { Regex = value } : null;
            default:
                faults.Refuse($"{field}.type", $"'{path!.Type}' is no type of a path match");
                return null;
        }
    }

    /// <summary>A gRPC call is a request to /service/method.</summary>
    private static StringMatch? Method(Api.GrpcMethodMatch match, string field, RouteFaults faults)
    {
        if (match.Service is null && match.Method is null)
        {
            faults.Refuse(field, "a service or method is required");
            return null;
        }

        if (match.Type is not (null or Exact or Regex))
        {
            faults.Refuse($"{field}.type", $"'{match.Type}' is no type of a method match");
            return null;
        }

        if (match.Type == Regex && ((match.Service is { } first && !IsRegex(first, $"{field}.service", faults)) || (match.Method is { } second && !IsRegex(second, $"{field}.method", faults))))
            return null;
        return (match.Type == Regex, match.Service, match.Method) switch
        {
            (_, null, var method) => new StringMatch { Regex = $"/{AnyName}/{method}" },
            (true, var service, null) => new StringMatch { Regex = $"/{service}/.+" },
            (true, var service, var method) => new StringMatch { Regex = $"/{service}/{method}" },
            (false, var service, null) => new StringMatch { Prefix = $"/{service}/" },
            (false, var service, var method) => new StringMatch { Exact = $"/{service}/{method}" },
        };
    }

    /// <summary>An expression that Envoy can't read would cost the proxy all its routes.</summary>
    private static bool IsRegex(string text, string field, RouteFaults faults)
    {
        if (Re2Syntax.Fault(text) is not { } fault)
            return true;
        faults.Refuse(field, $"'{text}' is no regular expression: {fault}");
        return false;
    }

    /// <summary>Of several matches of one name the last counts, as with istiod.</summary>
    private static bool Add(IReadOnlyList<Api.ValueMatch> source, MapField<string, StringMatch> target, string field, RouteFaults faults)
    {
        for (var i = 0; i < source.Count; i++)
        {
            var match = source[i];
            if (match.Type is not (null or Exact or Regex))
            {
                faults.Refuse($"{field}[{i}].type", $"'{match.Type}' is no type of a match");
                return false;
            }

            if (match.Type == Regex && !IsRegex(match.Value, $"{field}[{i}].value", faults))
                return false;
            target[match.Name] = match.Type == Regex ? new StringMatch { Regex = match.Value } : new StringMatch { Exact = match.Value };
        }

        return true;
    }
}
