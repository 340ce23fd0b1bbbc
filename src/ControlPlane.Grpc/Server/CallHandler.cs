using ControlPlane.Grpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ControlPlane.Grpc.Server;

/// <summary>Serves one method: checks the HTTP request, runs the handler, ends the call.</summary>
internal sealed class CallHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method, GrpcServerRuntime runtime, Func<ServerCall<TRequest, TResponse>, Task> invoke)
    where TRequest : class
    where TResponse : class
{
    public async Task HandleAsync(HttpContext http)
    {
        if (!RequestGate.TryAccept(http, runtime.Logger))
        {
            return;
        }

        if (!TryReadCallHeaders(http, out var timeout, out var gzip, out var refusal))
        {
            TrailerWriter.Write(http.Response, refusal, null);
            return;
        }

        // A stream may be open for days and carry any amount.
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize)
        {
            bodySize.MaxRequestBodySize = null;
        }

        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } dataRate)
        {
            dataRate.MinDataRate = null;
        }

        using var call = new ServerCall<TRequest, TResponse>(http, method, runtime, timeout, gzip);
        Exception? failure = null;
        try
        {
            await invoke(call).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            failure = e;
        }

        await call.FinishAsync(failure).ConfigureAwait(false);
    }

    private static bool TryReadCallHeaders(HttpContext http, out TimeSpan? timeout, out bool gzip, out Status refusal)
    {
        timeout = null;
        gzip = false;
        refusal = default;
        var headers = http.Request.Headers;
        http.Response.Headers[GrpcHeaders.AcceptEncoding] = GrpcHeaders.SupportedEncodings;
        var timeoutText = headers[GrpcHeaders.Timeout].ToString();
        if (timeoutText.Length > 0)
        {
            if (!GrpcTimeout.TryParse(timeoutText, out var value))
            {
                refusal = new Status(StatusCode.Internal, $"malformed grpc-timeout '{timeoutText}'");
                return false;
            }

            timeout = value;
        }

        var encoding = headers[GrpcHeaders.Encoding].ToString();
        gzip = encoding.Equals(GrpcHeaders.Gzip, StringComparison.OrdinalIgnoreCase);
        if (!gzip && encoding.Length > 0 && !encoding.Equals(GrpcHeaders.Identity, StringComparison.OrdinalIgnoreCase))
        {
            refusal = new Status(
                StatusCode.Unimplemented, $"grpc-encoding '{encoding}' is not supported; supported are {GrpcHeaders.SupportedEncodings}");
            return false;
        }

        return true;
    }
}
