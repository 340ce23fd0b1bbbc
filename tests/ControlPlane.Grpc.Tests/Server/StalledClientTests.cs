using System.Net;
using ControlPlane.Grpc.Server;
using ControlPlane.Grpc.Tests.Support;
using ControlPlane.Testing.Http2;

namespace ControlPlane.Grpc.Tests.Server;

/// <summary>Clients that stop reading. They cost their call or their connection, never memory, never their neighbours.</summary>
public sealed class StalledClientTests
{
    private const int CallStalled = 2002;
    private const int ConnectionStalled = 2003;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly GrpcServerOptions Impatient = new() { FlushTimeout = TimeSpan.FromSeconds(2) };

    [Fact]
    public async Task Stream_WindowExhausted_CallIsResetAndNeighbourLives()
    {
        var failure = new TaskCompletionSource<Exception?>();
        await using var server = await Duplex.ServeAsync(
            async (requests, responses, _) =>
            {
                await requests.MoveNext(CancellationToken.None);
                if (requests.Current.Head.Length == 0)
                {
                    failure.SetResult(await Record.ExceptionAsync(
                        () => responses.WriteAsync(new SegmentMessage([], [new byte[1_000_000], new byte[1_000_000]]))));
                    return;
                }

                await responses.WriteAsync(requests.Current);
            },
            Impatient);
        await using var client = await Http2Client.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await client.SendAsync(Frame.WindowUpdate(0, 10_000_000));
        await client.SendRequestAsync(1, HeaderBlock.Call(SegmentMessage.Duplex.FullName), end: false);
        await client.SendMessageAsync(1, []);
        var reset = await client.WaitForAsync(frame => frame.Type == FrameType.ResetStream).WaitAsync(Limit);
        Assert.Equal((1, Http2ErrorCode.Cancel), (reset.Stream, reset.Error));
        Assert.IsAssignableFrom<OperationCanceledException>(await failure.Task.WaitAsync(Limit));
        Assert.Contains(server.Logs.Entries, entry => entry.Id.Id == CallStalled);

        await client.SendRequestAsync(3, HeaderBlock.Call(SegmentMessage.Duplex.FullName), end: false);
        await client.SendMessageAsync(3, [42], end: true);
        var answer = await client.WaitForAsync(frame => frame is { Type: FrameType.Data, Stream: 3 }).WaitAsync(Limit);
        Assert.Equal(RawCall.Frame([42]), answer.Payload);
    }

    [Fact]
    public async Task Socket_NotRead_ConnectionIsAborted()
    {
        var ended = new TaskCompletionSource();
        await using var server = await Duplex.ServeAsync(
            async (_, responses, _) =>
            {
                try
                {
                    while (true)
                    {
                        await responses.WriteAsync(new SegmentMessage([], [new byte[1_000_000]]));
                    }
                }
                finally
                {
                    ended.SetResult();
                }
            },
            Impatient);
        await using var client = await Http2Client.ConnectAsync(IPEndPoint.Parse(server.Address.Authority), new Http2ClientOptions { UnlimitedWindows = true, ReceiveBuffer = 4096 });
        await client.SendRequestAsync(1, HeaderBlock.Call(SegmentMessage.Duplex.FullName), end: false);
        await ended.Task.WaitAsync(Limit);
        await WaitForLogAsync(server, ConnectionStalled);

        // What the kernel has buffered still arrives, then the connection is gone.
        while (await client.ReadFrameAsync().WaitAsync(Limit) is not null)
        {
        }
    }

    [Fact]
    public async Task Client_ReadsSlowlyButSteadily_GetsEverything()
    {
        const int Size = 300_000;
        var options = new GrpcServerOptions { FlushTimeout = TimeSpan.FromSeconds(5) };
        await using var server = await Duplex.ServeAsync(
            (_, responses, _) => responses.WriteAsync(new SegmentMessage([], [new byte[Size]])), options);
        await using var client = await Http2Client.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await client.SendRequestAsync(1, HeaderBlock.Call(SegmentMessage.Duplex.FullName), end: false);
        var received = 0;
        while (received < Size + 5)
        {
            var frame = await client.WaitForAsync(frame => frame.Type is FrameType.Data or FrameType.ResetStream).WaitAsync(Limit);
            Assert.Equal(FrameType.Data, frame.Type);
            received += frame.Payload.Length;

            // In total much longer than the flush timeout.
            await Task.Delay(options.FlushTimeout / 12);
            await client.SendAsync(Frame.WindowUpdate(0, Math.Max(frame.Payload.Length, 1)));
            await client.SendAsync(Frame.WindowUpdate(1, Math.Max(frame.Payload.Length, 1)));
        }
    }

    [Fact]
    public async Task Stream_IdleForLongerThanFlushTimeout_Lives()
    {
        await using var server = await Duplex.ServeEchoAsync(new GrpcServerOptions { FlushTimeout = TimeSpan.FromSeconds(1) });
        await using var call = Duplex.Call(server);
        await call.SendAsync(RawCall.Frame([1]));
        Assert.Equal([1], await call.ReadMessageAsync());
        await Task.Delay(TimeSpan.FromSeconds(2));
        await call.SendAsync(RawCall.Frame([2]));
        Assert.Equal([2], await call.ReadMessageAsync());
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(10_000)]
    public async Task Stream_WindowExhaustedWhenCallIsCancelled_IsResetWithCancel(int messageSize)
    {
        using var cancel = new CancellationTokenSource();
        await using var server = await Duplex.ServeAsync(async (requests, responses, _) =>
        {
            await requests.MoveNext(CancellationToken.None);
            while (true)
            {
                await responses.WriteAsync(new SegmentMessage([], [new byte[messageSize]]), cancel.Token);
            }
        });
        await using var client = await Http2Client.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await client.SendAsync(Frame.WindowUpdate(0, 10_000_000));
        await client.SendRequestAsync(1, HeaderBlock.Call(SegmentMessage.Duplex.FullName), end: false);
        await client.SendMessageAsync(1, []);
        for (var window = 65_535; window > 0;)
        {
            var frame = await client.WaitForAsync(frame => frame.Type == FrameType.Data).WaitAsync(Limit);
            window -= frame.Payload.Length;
        }

        await cancel.CancelAsync();
        var reset = await client.WaitForAsync(frame => frame.Type == FrameType.ResetStream).WaitAsync(Limit);
        Assert.Equal((1, Http2ErrorCode.Cancel), (reset.Stream, reset.Error));
    }

    private static async Task WaitForLogAsync(TestServer server, int id)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (server.Logs.Entries.All(entry => entry.Id.Id != id))
        {
            await Task.Delay(10, limit.Token);
        }
    }
}
