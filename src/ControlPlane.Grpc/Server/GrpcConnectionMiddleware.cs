using ControlPlane.Grpc.Wire;
using ControlPlane.Http2;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grpc.Server;

/// <summary>Kestrel connection middleware: gives each connection its <see cref="GrpcConnection"/> and watches its flushes.</summary>
internal sealed class GrpcConnectionMiddleware(ConnectionDelegate next, GrpcServerOptions options, FlushWatchdog watchdog, ILogger logger)
{
    public async Task OnConnectionAsync(ConnectionContext context)
    {
        var connection = new GrpcConnection(context, options, logger);
        await using (connection.ConfigureAwait(false))
        {
            context.Features.Set(connection);
            context.Features.Set<IFlushWatch>(new FlushGuard(watchdog, connection.OnStalled));
            await next(context).ConfigureAwait(false);
        }
    }
}
