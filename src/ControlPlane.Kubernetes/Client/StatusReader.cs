using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Model.Collections;

namespace ControlPlane.Kubernetes.Client;

/// <summary>Reads why a request failed.</summary>
internal static class StatusReader
{
    private const int MaxBody = 64 * 1024;

    /// <summary>The status of an answer that is no success.</summary>
    public static async Task<ApiStatus> ReadAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        var body = await BodyAsync(response, cancellationToken).ConfigureAwait(false);
        var status = Parse(body, (int)response.StatusCode);
        return status with { RetryAfter = RetryAfter(response.Headers.RetryAfter, time) ?? status.RetryAfter };
    }

    /// <summary>A Status object, as an event of a watch carries it.</summary>
    public static ApiStatus Read(JsonElement json, int fallbackCode)
    {
        var fields = new Fields(json, "", new FaultList("Status"));
        var details = fields.Object("details");
        return new ApiStatus(fields.Integer("code") ?? fallbackCode, fields.Text("reason"), fields.Text("message"))
        {
            Causes = details.Objects("causes").Select(c => c.Text("reason")).ToEquatableArray(),
            RetryAfter = details.Integer("retryAfterSeconds") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    private static ApiStatus Parse(string body, int code)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("kind", out var kind)
                && kind.ValueKind == JsonValueKind.String && kind.ValueEquals("Status"))
                return Read(json.RootElement, code);
        }
        catch (JsonException)
        {
            // Proxies and the server's router answer in plain text.
        }

        return new ApiStatus(code, "", body.Length <= 300 ? body.Trim() : $"{body[..300].Trim()}...");
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var buffer = new byte[MaxBody];
            var length = await stream.ReadAtLeastAsync(buffer, MaxBody, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return "";
        }
    }

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header, TimeProvider time)
    {
        var wait = header?.Delta ?? (header?.Date - time.GetUtcNow());
        return wait > TimeSpan.Zero ? wait : null;
    }
}
