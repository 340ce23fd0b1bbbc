using ControlPlane.Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grpc.Server;

/// <summary>Refuses, by HTTP status, what is not gRPC at all.</summary>
internal static class RequestGate
{
    /// <summary>Checks protocol, method and content type, and prepares the response headers.</summary>
    public static bool TryAccept(HttpContext http, ILogger logger)
    {
        var request = http.Request;
        var refusal =
            !HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol) ? StatusCodes.Status426UpgradeRequired
            : !HttpMethods.IsPost(request.Method) ? StatusCodes.Status405MethodNotAllowed
            : !GrpcHeaders.IsGrpcContentType(request.ContentType) ? StatusCodes.Status415UnsupportedMediaType
            : 0;
        if (refusal == 0)
        {
            http.Response.ContentType = GrpcHeaders.GrpcContentType;
            return true;
        }

        if (refusal == StatusCodes.Status405MethodNotAllowed)
        {
            http.Response.Headers.Allow = HttpMethods.Post;
        }
        else if (refusal == StatusCodes.Status426UpgradeRequired)
        {
            http.Response.Headers.Upgrade = "h2c";
        }

        GrpcServerLog.NotGrpc(logger, request.Method, request.Path.Value ?? string.Empty, request.ContentType);
        http.Response.StatusCode = refusal;
        return false;
    }
}
