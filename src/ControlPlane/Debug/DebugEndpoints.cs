using System.Text.Json;
using ControlPlane.Composition;
using ControlPlane.Options;
using ControlPlane.Xds.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Debug;

/// <summary>
/// What connected proxies have, as JSON in the shapes that istioctl reads. They show configuration, never internals, and no key; they
/// answer whom <see cref="DebugAccess"/> lets in.
/// </summary>
internal static class DebugEndpoints
{
    private const string Json = "application/json";

    public static void MapDebug(this IEndpointRouteBuilder endpoints)
    {
        var streams = endpoints.ServiceProvider.GetRequiredService<StreamRegistry>();
        Map(endpoints, "/debug/syncz", (context, scope) =>
            WriteAsync(context, writer => SyncStatusJson.Write(writer, [.. streams.List().Where(stream => scope.Covers(stream.Proxy))])));
        Map(endpoints, "/debug/config_dump", (context, scope) => ConfigDumpAsync(context, streams, scope));
    }

    // istioctl asks on the port of readiness, or on that of metrics, as istiod has them on both.
    public static void Map(IEndpointRouteBuilder endpoints, string path, Func<HttpContext, DebugScope, Task> answer)
    {
        var access = endpoints.ServiceProvider.GetRequiredService<DebugAccess>();
        endpoints.MapGet(path, async context => await (await access.OfAsync(context) is { } scope ? answer(context, scope) : RefuseAsync(context)))
            .On(ListenerRole.Http, ListenerRole.Monitoring);
    }

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return context.Response.WriteAsync($"only for callers on this machine or with a token; {Settings.DebugFromAnywhere.Flag} opens it to others\n");
    }

    private static Task ConfigDumpAsync(HttpContext context, StreamRegistry streams, DebugScope scope)
    {
        // These two sentences are read by istioctl.
        if (context.Request.Query["proxyID"].ToString() is not { Length: > 0 } wanted)
            return FailAsync(context, StatusCodes.Status400BadRequest, "You must provide a proxyID in the query string");

        // Of proxies that a caller may not see it does not even learn that they are there.
        var stream = streams.List().Where(stream => scope.Covers(stream.Proxy))
            .LastOrDefault(stream => stream.Proxy.Id == wanted || SyncStatusJson.ShortId(stream.Proxy) == wanted);
        return stream is null
            ? FailAsync(context, StatusCodes.Status404NotFound, "Proxy not connected to this Pilot instance. It may be connected to another instance.")
            : WriteAsync(context, writer => ConfigDumpJson.Write(writer, stream));
    }

    public static Task FailAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(message + "\n");
    }

    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = Json;
        using var buffer = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
            write(writer);
        await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted);
    }
}
