using ControlPlane.Grpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace ControlPlane.Grpc.Server;

/// <summary>Answers gRPC calls whose path nothing else serves. Other requests with such paths still get 404.</summary>
internal sealed class UnimplementedEndpoints : EndpointDataSource
{
    private const string Service = "unimplementedService";
    private const string Method = "unimplementedMethod";

    private UnimplementedEndpoints(ILogger logger)
    {
        var pattern = RoutePatternFactory.Parse(
            $"/{{{Service}}}/{{{Method}}}", defaults: null, parameterPolicies: new RouteValueDictionary { [Service] = new GrpcOnly() });
        var builder = new RouteEndpointBuilder(http => Answer(http, logger), pattern, order: int.MaxValue)
        {
            DisplayName = "gRPC - unimplemented",
        };
        Endpoints = [builder.Build()];
    }

    public override IReadOnlyList<Endpoint> Endpoints { get; }

    public static void AddOnce(IEndpointRouteBuilder endpoints, ILogger logger)
    {
        if (!endpoints.DataSources.OfType<UnimplementedEndpoints>().Any())
        {
            endpoints.DataSources.Add(new UnimplementedEndpoints(logger));
        }
    }

    public override IChangeToken GetChangeToken() => NullChangeToken.Singleton;

    private static Task Answer(HttpContext http, ILogger logger)
    {
        if (RequestGate.TryAccept(http, logger))
        {
            http.Response.Headers[GrpcHeaders.AcceptEncoding] = GrpcHeaders.SupportedEncodings;
            TrailerWriter.Write(http.Response, new Status(StatusCode.Unimplemented, $"unknown method {http.Request.Path}"), null);
        }

        return Task.CompletedTask;
    }

    private sealed class GrpcOnly : IRouteConstraint
    {
        // Link generation asks without a request; these paths are never generated.
        public bool Match(
            HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext is not null
            && HttpMethods.IsPost(httpContext.Request.Method)
            && GrpcHeaders.IsGrpcContentType(httpContext.Request.ContentType);
    }
}
