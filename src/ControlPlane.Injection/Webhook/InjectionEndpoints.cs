using System.Buffers;
using System.Diagnostics;
using ControlPlane.Injection.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
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

    private const string Json = "application/json";

    /// <summary>Maps the endpoints.</summary>
    /// <param name="endpoints">Where.</param>
    /// <param name="handler">What answers.</param>
    /// <param name="metrics">What counts.</param>
    /// <param name="logger">The log.</param>
    /// <returns>The endpoints, to be restricted to an address.</returns>
    public static IEndpointConventionBuilder MapInjection(
        this IEndpointRouteBuilder endpoints, AdmissionHandler handler, InjectionMetrics metrics, ILogger logger) =>
        endpoints.MapMethods("/inject/{**environment}", [HttpMethods.Post], context => AnswerAsync(context, handler, metrics, logger));

    private static async Task AnswerAsync(HttpContext context, AdmissionHandler handler, InjectionMetrics metrics, ILogger logger)
    {
        var started = Stopwatch.GetTimestamp();
        AdmissionReply? reply = null;
        try
        {
            if (await ReadAsync(context) is not { } body)
                return;
            reply = handler.Handle(body.Span, context.Request.Path.Value ?? "");
            Log(logger, reply);
            await WriteAsync(context, reply);
        }
        finally
        {
            metrics.Count(reply, Stopwatch.GetElapsedTime(started));
        }
    }

    /// <summary>The body; null where it was refused, and the response says why.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentType?.Split(';')[0].Trim() != Json)
            return await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, $"the content type must be {Json}");
        if (context.Request.ContentLength > MaxBodyBytes)
            return await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, $"the body is larger than {MaxBodyBytes} bytes");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBodyBytes;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(ReadTimeout);
        var content = new ArrayBufferWriter<byte>((int)Math.Clamp(context.Request.ContentLength ?? 0, 4096, MaxBodyBytes));
        try
        {
            for (int read; (read = await context.Request.Body.ReadAsync(content.GetMemory(4096), deadline.Token)) > 0;)
                content.Advance(read);
        }
        catch (BadHttpRequestException fault)
        {
            return await RefuseAsync(context, fault.StatusCode, "the body can't be read");
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return await RefuseAsync(context, StatusCodes.Status408RequestTimeout, $"the body did not come within {ReadTimeout.TotalSeconds} s");
        }

        return content.WrittenMemory;
    }

    private static async Task<ReadOnlyMemory<byte>?> RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(reason + "\n");
        return null;
    }

    private static Task WriteAsync(HttpContext context, AdmissionReply reply)
    {
        if (reply.Review is null)
            return RefuseAsync(context, StatusCodes.Status400BadRequest, reply.Error ?? "");
        var body = JsonText.WriteUtf8(reply.Review);
        context.Response.ContentType = Json;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
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
