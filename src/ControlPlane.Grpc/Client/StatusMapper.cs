using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using ControlPlane.Grpc.Wire;
using Grpc.Core;

namespace ControlPlane.Grpc.Client;

/// <summary>Finds the status of a call in what HTTP reports.</summary>
internal static class StatusMapper
{
    // HTTP/2 error codes, RFC 9113, section 7.
    private const long NoError = 0;
    private const long RefusedStream = 7;
    private const long Cancel = 8;
    private const long EnhanceYourCalm = 11;
    private const long InadequateSecurity = 12;

    /// <summary>Reads <c>grpc-status</c> and <c>grpc-message</c>.</summary>
    public static bool TryRead(HttpResponseHeaders headers, out Status status)
    {
        if (!headers.TryGetValues(GrpcHeaders.Status, out var codes))
        {
            status = default;
            return false;
        }

        var text = codes.First();
        var detail = headers.TryGetValues(GrpcHeaders.Message, out var messages) ? PercentEncoding.Decode(messages.First()) : string.Empty;
        status = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? new Status(Enum.IsDefined((StatusCode)code) ? (StatusCode)code : StatusCode.Unknown, detail)
            : new Status(StatusCode.Unknown, $"The server sent grpc-status '{text}'.");
        return true;
    }

    /// <summary>The status of an answer that has none of its own, from gRPC's table of HTTP status codes.</summary>
    public static Status FromHttp(HttpStatusCode http)
    {
        var code = http switch
        {
            HttpStatusCode.BadRequest => StatusCode.Internal,
            HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
            HttpStatusCode.NotFound => StatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
            _ => StatusCode.Unknown,
        };
        return new Status(code, $"The server answered with HTTP status {(int)http}.");
    }

    /// <summary>The status for a failure of the transport.</summary>
    public static Status FromTransport(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e is HttpProtocolException protocol)
            {
                var code = protocol.ErrorCode switch
                {
                    // The server closes the connection in order (GOAWAY): the next attempt finds another one.
                    NoError or RefusedStream => StatusCode.Unavailable,
                    Cancel => StatusCode.Cancelled,
                    EnhanceYourCalm => StatusCode.ResourceExhausted,
                    InadequateSecurity => StatusCode.PermissionDenied,
                    _ => StatusCode.Internal,
                };
                return new Status(code, $"The server ended the stream with HTTP/2 error {protocol.ErrorCode}.", failure);
            }
        }

        return failure is HttpRequestException or IOException or SocketException or ObjectDisposedException
            ? new Status(StatusCode.Unavailable, $"The connection failed: {Innermost(failure).Message}", failure)
            : new Status(StatusCode.Internal, $"The call failed: {failure.Message}", failure);
    }

    private static Exception Innermost(Exception e) => e.InnerException is null ? e : Innermost(e.InnerException);
}
