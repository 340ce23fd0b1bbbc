using ControlPlane.Grpc.Server;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>What a call over ASP.NET Core offers beyond the contract of <see cref="ServerCallContext"/>.</summary>
public static class ServerCallContextExtensions
{
    /// <summary>The HTTP request that carries the call.</summary>
    /// <param name="serverCallContext">The call.</param>
    /// <returns>The request; valid until the handler returns.</returns>
    /// <exception cref="InvalidOperationException">The call does not come from ASP.NET Core.</exception>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext) =>
        serverCallContext is ServerCall call
            ? call.HttpContext
            : throw new InvalidOperationException("This call does not come from ASP.NET Core.");

    /// <summary>
    /// Fires when the connection got GOAWAY, for its age or because the host stops. A stream that ends itself then, with OK, lets the
    /// client reconnect elsewhere; after <see cref="GrpcServerOptions.DrainGrace"/> the call is cancelled.
    /// </summary>
    /// <param name="serverCallContext">The call.</param>
    /// <returns>The token; one that never fires when the connection is not prepared by <see cref="GrpcKestrelExtensions"/>.</returns>
    public static CancellationToken GetDrainToken(this ServerCallContext serverCallContext) =>
        (serverCallContext as ServerCall)?.Connection?.Draining ?? CancellationToken.None;
}
