using ControlPlane.Composition;
using ControlPlane.Debug;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Health;

/// <summary>
/// The health endpoints: /ready as istiod names it, /healthz/ready and /healthz/live as Kubernetes' own components do. With ?verbose the details as
/// JSON, under the same status code; /debug/health has them for those who may debug, on the address of metrics too.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints, Readiness readiness)
    {
        var age = endpoints.ServiceProvider.GetService<SourceAge>();
        var monitor = endpoints.ServiceProvider.GetRequiredService<HealthMonitor>();
        var time = endpoints.ServiceProvider.GetRequiredService<TimeProvider>();
        DebugEndpoints.Map(endpoints, "/debug/health", (context, _) => DetailsAsync(context));
        foreach (var path in new[] { "/ready", "/healthz/ready" })
            endpoints.MapGet(path, ReadyAsync).On(ListenerRole.Http);
        endpoints.MapGet("/healthz/live", static context => context.Response.WriteAsync("ok\n")).On(ListenerRole.Http);

        Task DetailsAsync(HttpContext context) => DebugEndpoints.WriteAsync(context, writer => HealthJson.Write(writer, monitor, time.GetUtcNow()));

        Task ReadyAsync(HttpContext context)
        {
            var reason = readiness.Reason;
            if (reason.Length > 0)
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            if (context.Request.Query.ContainsKey("verbose"))
                return DetailsAsync(context);
            return context.Response.WriteAsync(reason.Length == 0 ? $"ok\n{age?.Detail}" : $"not ready: {reason}\n{age?.Detail}");
        }
    }
}
