using System.IO.Pipelines;
using ControlPlane.Grpc.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grpc.Server;

/// <summary>Kestrel connection middleware: gives each connection its <see cref="GrpcConnection"/> and watches its output.</summary>
internal sealed class GrpcConnectionMiddleware(ConnectionDelegate next, GrpcServerOptions options, FlushWatchdog watchdog, ILogger logger)
{
    public async Task OnConnectionAsync(ConnectionContext context)
    {
        var connection = new GrpcConnection(context, options, logger);
        await using (connection.ConfigureAwait(false))
        {
            var transport = context.Transport;
            var output = new WatchedPipeWriter(transport.Output, new FlushGuard(watchdog, connection.OnStalled));
            context.Features.Set(connection);
            context.Transport = new DuplexPipe(transport.Input, output);
            try
            {
                await next(context).ConfigureAwait(false);
            }
            finally
            {
                context.Transport = transport;
            }
        }
    }

    private sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = output;
    }
}
