using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Injection.Webhook;

/// <summary>The webhook over HTTP: POST /inject and /inject/cluster/C/net/N/….</summary>
public static class InjectionEndpoints
{
    /// <summary>Greatest body: the API server takes no object beyond 3 MiB, and a review holds it once or twice.</summary>
    public const int MaxBodyBytes = 8 * 1024 * 1024;

    /// <summary>How long a caller may take to send its request; the API server itself gives up after 10 s unless told otherwise.</summary>
    public static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Maps the endpoints.</summary>
    /// <param name="endpoints">Where.</param>
    /// <param name="handler">What answers.</param>
    /// <param name="metrics">What counts.</param>
    /// <param name="logger">The log.</param>
    /// <param name="tell">Told what users are to find beside their objects; returns at once. Null for nobody.</param>
    /// <returns>The endpoints, to be restricted to an address.</returns>
    public static IEndpointConventionBuilder MapInjection(
        this IEndpointRouteBuilder endpoints, AdmissionHandler handler, InjectionMetrics metrics, ILogger logger, Action<InjectionNotice>? tell = null) =>
        endpoints.MapMethods("/inject/{**environment}", [HttpMethods.Post], context => AnswerAsync(context, handler, metrics, logger, tell));

    private static async Task AnswerAsync(
        HttpContext context, AdmissionHandler handler, InjectionMetrics metrics, ILogger logger, Action<InjectionNotice>? tell)
    {
        var started = Stopwatch.GetTimestamp();
        AdmissionReply? reply = null;
        try
        {
            if (await ReviewExchange.ReadAsync(context) is not { } body)
                return;
            reply = handler.Handle(body.Span, context.Request.Path.Value ?? "");
            Log(logger, reply);
            if (tell is not null && InjectionNotice.Of(reply) is { } notice)
                tell(notice);
            await ReviewExchange.WriteAsync(context, reply.Review, reply.Error);
        }
        finally
        {
            metrics.Count(reply, Stopwatch.GetElapsedTime(started));
        }
    }

    private static void Log(ILogger logger, AdmissionReply reply)
    {
        if (reply.Error is { } fault)
            InjectionLog.BadReview(logger, fault);
        else if (reply.Outcome?.Error is { } refusal)
            InjectionLog.Refused(logger, refusal);
        else if (reply.Outcome?.Pod is not null)
            InjectionLog.Injected(logger, reply.PodName, reply.Outcome.Decision?.Explanation ?? "", reply.Patch?.Count ?? 0);
        else if (reply.Outcome?.Decision is { } decision)
            InjectionLog.LeftAlone(logger, reply.PodName, decision.Explanation);
    }
}
