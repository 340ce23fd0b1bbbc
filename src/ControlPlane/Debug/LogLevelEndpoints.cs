using System.Text.Json;
using ControlPlane.Composition;
using ControlPlane.Logging;
using ControlPlane.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Debug;

/// <summary>
/// The levels of the log: GET /debug/logging shows them, PUT /debug/logging?level=... changes them until the end of the process. Only PUT does, since a
/// web page that someone on this machine looks at could send a POST.
/// </summary>
internal static class LogLevelEndpoints
{
    private const string Path = "/debug/logging";

    public static void MapLogLevels(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var levels = services.GetRequiredService<LogLevelSwitch>();
        var logger = services.GetRequiredService<ILogger<ControlPlaneServer>>();
        var access = services.GetRequiredService<DebugAccess>();
        DebugEndpoints.Map(endpoints, Path, (context, _) => DebugEndpoints.WriteAsync(context, writer => Write(writer, levels.Levels)));
        endpoints.MapPut(Path, async context => await (await access.MayChangeAsync(context)
            ? ChangeAsync(context, levels, logger)
            : DebugEndpoints.FailAsync(context, StatusCodes.Status403Forbidden, "only for callers on this machine, or with a token of the root namespace")))
            .On(ListenerRole.Http, ListenerRole.Monitoring);
    }

    private static Task ChangeAsync(HttpContext context, LogLevelSwitch levels, ILogger logger)
    {
        var text = context.Request.Query["level"].ToString();
        try
        {
            var now = levels.Change(text);
            ServerLog.LevelsChanged(logger, context.Connection.RemoteIpAddress, text);
            return DebugEndpoints.WriteAsync(context, writer => Write(writer, now));
        }
        catch (FormatException fault)
        {
            return DebugEndpoints.FailAsync(context, StatusCodes.Status400BadRequest, $"level '{text}' is wrong: {fault.Message}");
        }
    }

    private static void Write(Utf8JsonWriter writer, LogLevels levels)
    {
        writer.WriteStartObject();
        foreach (var area in LogAreas.All.Keys)
            writer.WriteString(area, LogLevels.NameOf(levels[area]));
        writer.WriteEndObject();
    }
}
