using ControlPlane.Composition;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ControlPlane.Health;

/// <summary>The health endpoints: /ready as istiod names it, /healthz/ready and /healthz/live as Kubernetes' own components do.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints, Readiness readiness)
    {
        foreach (var path in new[] { "/ready", "/healthz/ready" })
            endpoints.MapGet(path, context => ReadyAsync(context, readiness)).On(ListenerRole.Http);
        endpoints.MapGet("/healthz/live", static context => context.Response.WriteAsync("ok\n")).On(ListenerRole.Http);
    }

    private static Task ReadyAsync(HttpContext context, Readiness readiness)
    {
        if (readiness.IsReady)
            return context.Response.WriteAsync("ok\n");
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync($"not ready: {readiness.Reason}\n");
    }
}
