using System.Net;
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
/// answer callers on this machine only unless an option opens them.
/// </summary>
internal static class DebugEndpoints
{
    private const string Json = "application/json";

    public static void MapDebug(this IEndpointRouteBuilder endpoints, DebugOptions options)
    {
        var streams = endpoints.ServiceProvider.GetRequiredService<StreamRegistry>();
        Map(endpoints, "/debug/syncz", options, context => WriteAsync(context, writer => SyncStatusJson.Write(writer, streams.List())));
        Map(endpoints, "/debug/config_dump", options, context => ConfigDumpAsync(context, streams));
    }

    // istioctl asks on the port of readiness, or on that of metrics, as istiod has them on both.
    private static void Map(IEndpointRouteBuilder endpoints, string path, DebugOptions options, RequestDelegate answer) =>
        endpoints.MapGet(path, context => IsAllowed(context, options) ? answer(context) : RefuseAsync(context)).On(ListenerRole.Http, ListenerRole.Monitoring);

    private static bool IsAllowed(HttpContext context, DebugOptions options) =>
        options.FromAnywhere || (context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync($"only for callers on this machine; {Settings.DebugFromAnywhere.Flag} opens it to others\n");
    }

    private static Task ConfigDumpAsync(HttpContext context, StreamRegistry streams)
    {
        // These two sentences are read by istioctl.
        if (context.Request.Query["proxyID"].ToString() is not { Length: > 0 } wanted)
            return FailAsync(context, StatusCodes.Status400BadRequest, "You must provide a proxyID in the query string");
        var stream = streams.List().LastOrDefault(stream => stream.Proxy.Id == wanted || SyncStatusJson.ShortId(stream.Proxy) == wanted);
        return stream is null
            ? FailAsync(context, StatusCodes.Status404NotFound, "Proxy not connected to this Pilot instance. It may be connected to another instance.")
            : WriteAsync(context, writer => ConfigDumpJson.Write(writer, stream));
    }

    private static Task FailAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(message + "\n");
    }

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = Json;
        using var buffer = new MemoryStream();
        await using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
            write(writer);
        await context.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), context.RequestAborted);
    }
}
