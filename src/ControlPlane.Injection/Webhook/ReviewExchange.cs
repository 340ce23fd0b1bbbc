using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Injection.Webhook;

/// <summary>Reads and answers reviews over HTTP, within bounds.</summary>
internal static class ReviewExchange
{
    private const string Json = "application/json";

    // What a caller only announces is not yet worth the memory: beyond this the buffer grows with what comes.
    private const int LeastBuffer = 4096;
    private const int MostBuffer = 128 * 1024;

    /// <summary>The body; null where it was refused, and the response says why.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentType?.Split(';')[0].Trim() != Json)
            return await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, $"the content type must be {Json}");
        if (context.Request.ContentLength > InjectionEndpoints.MaxBodyBytes)
            return await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, $"the body is larger than {InjectionEndpoints.MaxBodyBytes} bytes");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = InjectionEndpoints.MaxBodyBytes;
        var content = new ArrayBufferWriter<byte>((int)Math.Clamp(context.Request.ContentLength ?? 0, LeastBuffer, MostBuffer));
        try
        {
            return await ReadAsync(context.Request.BodyReader, content)
                ? content.WrittenMemory
                : await RefuseAsync(context, StatusCodes.Status408RequestTimeout, $"the body did not come within {InjectionEndpoints.ReadTimeout.TotalSeconds} s");
        }
        catch (BadHttpRequestException fault)
        {
            return await RefuseAsync(context, fault.StatusCode, "the body can't be read");
        }
    }

    /// <summary>Reads to the end; false where that takes too long. A read is ended by itself, not by a token: Kestrel takes that for one that goes on.</summary>
    private static async Task<bool> ReadAsync(PipeReader reader, ArrayBufferWriter<byte> content)
    {
        using var deadline = new CancellationTokenSource(InjectionEndpoints.ReadTimeout);
        using var registration = deadline.Token.Register(reader.CancelPendingRead);
        while (true)
        {
            var result = await reader.ReadAsync(CancellationToken.None);
            foreach (var segment in result.Buffer)
                content.Write(segment.Span);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted || result.IsCanceled)
                return result.IsCompleted;
        }
    }

    /// <summary>Sends the review, or the reason why there is none.</summary>
    public static Task WriteAsync(HttpContext context, JsonObject? review, string? error)
    {
        if (review is null)
            return RefuseAsync(context, StatusCodes.Status400BadRequest, error ?? "");
        var body = JsonText.WriteUtf8(review);
        context.Response.ContentType = Json;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static async Task<ReadOnlyMemory<byte>?> RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(reason + "\n");
        return null;
    }
}
