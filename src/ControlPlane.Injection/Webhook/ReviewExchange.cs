using System.Buffers;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Injection.Webhook;

/// <summary>Reads and answers reviews over HTTP, within bounds.</summary>
internal static class ReviewExchange
{
    private const string Json = "application/json";

    /// <summary>The body; null where it was refused, and the response says why.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentType?.Split(';')[0].Trim() != Json)
            return await RefuseAsync(context, StatusCodes.Status415UnsupportedMediaType, $"the content type must be {Json}");
        if (context.Request.ContentLength > InjectionEndpoints.MaxBodyBytes)
            return await RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, $"the body is larger than {InjectionEndpoints.MaxBodyBytes} bytes");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = InjectionEndpoints.MaxBodyBytes;
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(InjectionEndpoints.ReadTimeout);
        var content = new ArrayBufferWriter<byte>((int)Math.Clamp(context.Request.ContentLength ?? 0, 4096, InjectionEndpoints.MaxBodyBytes));
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
            return await RefuseAsync(context, StatusCodes.Status408RequestTimeout, $"the body did not come within {InjectionEndpoints.ReadTimeout.TotalSeconds} s");
        }

        return content.WrittenMemory;
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
