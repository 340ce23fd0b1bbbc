using System.Net;
using System.Threading.Channels;
using ControlPlane.Grpc.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.FeatureTests.Tracing;

/// <summary>An OTLP receiver of traces: opentelemetry.proto.collector.trace.v1.TraceService over gRPC.</summary>
public sealed class TraceReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);
    private static readonly Method<byte[], byte[]> Export = new(MethodType.Unary, "opentelemetry.proto.collector.trace.v1.TraceService", "Export", Bytes, Bytes);

    private readonly WebApplication _app;
    private readonly Channel<ReceivedSpan> _spans;
    private readonly List<ReceivedSpan> _received = [];

    private TraceReceiver(WebApplication app, Channel<ReceivedSpan> spans) => (_app, _spans) = (app, spans);

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<TraceReceiver> StartAsync()
    {
        var spans = Channel.CreateUnbounded<ReceivedSpan>();
        var options = new GrpcServerOptions();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseGrpcTransport().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseGrpcH2c(options));
        });
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.UseRouting();
        app.MapGrpcService(
            binder => binder.AddMethod(Export, (byte[] request, ServerCallContext _) =>
            {
                foreach (var span in ReceivedSpan.ReadAll(request))
                    spans.Writer.TryWrite(span);
                return Task.FromResult(Array.Empty<byte>());
            }),
            options);
        await app.StartAsync();
        return new TraceReceiver(app, spans);
    }

    /// <summary>The whole trace of the change that an object was part of.</summary>
    /// <param name="object">The object.</param>
    /// <param name="since">The earliest beginning of the change.</param>
    public async Task<IReadOnlyList<ReceivedSpan>> TraceOfAsync(string @object, DateTimeOffset since = default)
    {
        var earliest = since == default ? 0 : (ulong)(since - DateTimeOffset.UnixEpoch).Ticks * 100;
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            // The root ends last, so all of its spans are there.
            var root = _received.Find(span => span.Name == "change" && span.Start >= earliest && span.Attributes["controlplane.objects"].Split(',').Contains(@object));
            if (root is not null)
                return [.. _received.Where(span => span.Trace == root.Trace)];
            _received.Add(await _spans.Reader.ReadAsync(limit.Token));
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
