using ControlPlane.Composition;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Health;

/// <summary>The health endpoints: /ready as istiod names it, /healthz/ready and /healthz/live as Kubernetes' own components do.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints, Readiness readiness)
    {
        var age = endpoints.ServiceProvider.GetService<SourceAge>();
        foreach (var path in new[] { "/ready", "/healthz/ready" })
            endpoints.MapGet(path, context => ReadyAsync(context, readiness, age)).On(ListenerRole.Http);
        endpoints.MapGet("/healthz/live", static context => context.Response.WriteAsync("ok\n")).On(ListenerRole.Http);
    }

    private static Task ReadyAsync(HttpContext context, Readiness readiness, SourceAge? age)
    {
        if (readiness.IsReady)
            return context.Response.WriteAsync($"ok\n{age?.Detail}");
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync($"not ready: {readiness.Reason}\n{age?.Detail}");
    }
}
