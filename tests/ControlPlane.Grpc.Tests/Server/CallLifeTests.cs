using System.Net;
using ControlPlane.Grpc.Server;
using ControlPlane.Grpc.Tests.Support;
using ControlPlane.Testing.Http2;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grpc.Tests.Server;

/// <summary>How calls end, and what their handlers see.</summary>
public sealed class CallLifeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Deadline_Passes_TokenFiresAndStatusIsDeadlineExceeded()
    {
        var deadline = new TaskCompletionSource<DateTime>();
        await using var server = await Duplex.ServeAsync(async (_, _, context) =>
        {
            deadline.SetResult(context.Deadline);
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });
        var before = DateTime.UtcNow;
        await using var call = Duplex.Call(server, ("grpc-timeout", "200m"));
        Assert.Equal(("4", "Deadline Exceeded"), await call.ReadStatusAsync());
        Assert.InRange(await deadline.Task, before.AddMilliseconds(200), DateTime.UtcNow.AddSeconds(1));
    }

    [Fact]
    public async Task Deadline_Absent_IsMaxValue()
    {
        var deadline = new TaskCompletionSource<DateTime>();
        await using var server = await Duplex.ServeAsync((_, _, context) =>
        {
            deadline.SetResult(context.Deadline);
            return Task.CompletedTask;
        });
        await using var call = Duplex.Call(server);
        Assert.Equal("0", (await call.ReadStatusAsync()).Status);
        Assert.Equal(DateTime.MaxValue, await deadline.Task);
    }

    [Fact]
    public async Task Client_Disconnects_TokenFiresAndReadIsCancelled()
    {
        var started = new TaskCompletionSource();
        var read = new TaskCompletionSource<Exception?>();
        var fired = new TaskCompletionSource();
        await using var server = await Duplex.ServeAsync(async (requests, _, context) =>
        {
            context.CancellationToken.Register(fired.SetResult);
            started.SetResult();
            read.SetResult(await Record.ExceptionAsync(() => requests.MoveNext()));
        });
        var call = Duplex.Call(server);
        await started.Task.WaitAsync(Limit);
        await call.DisposeAsync();
        await fired.Task.WaitAsync(Limit);
        Assert.IsAssignableFrom<OperationCanceledException>(await read.Task.WaitAsync(Limit));
    }

    [Fact]
    public async Task Handler_WritesTwiceAtOnce_SecondThrows()
    {
        var second = new TaskCompletionSource<Exception?>();
        await using var server = await Duplex.ServeAsync(async (_, responses, context) =>
        {
            // Larger than the client's window, so that the first write is still under way.
            var large = new SegmentMessage(new byte[1_000_000], []);
            var first = responses.WriteAsync(large);
            second.SetResult(await Record.ExceptionAsync(() => responses.WriteAsync(SegmentMessage.Of("second"))));
            await first;
        });
        await using var client = await Http2Client.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await client.SendRequestAsync(1, HeaderBlock.Call(SegmentMessage.Duplex.FullName), end: false);
        Assert.IsType<InvalidOperationException>(await second.Task.WaitAsync(Limit));
    }

    [Fact]
    public async Task Handler_Throws_UnknownWithoutDetailsAndErrorIsLogged()
    {
        await using var server = await Duplex.ServeAsync((_, _, _) => throw new InvalidOperationException("secret"));
        await using var call = Duplex.Call(server);
        Assert.Equal(("2", "Exception was thrown by handler."), await call.ReadStatusAsync());
        var entry = Assert.Single(server.Logs.Entries, entry => entry.Level == LogLevel.Error);
        Assert.Equal(2000, entry.Id.Id);
        Assert.Contains("secret", entry.Text);
    }

    [Fact]
    public async Task Handler_ThrowsRpcException_StatusAndTrailersAreSent()
    {
        await using var server = await Duplex.ServeAsync(async (_, responses, _) =>
        {
            await responses.WriteAsync(SegmentMessage.Of("one"));
            throw new RpcException(new Status(StatusCode.NotFound, "nöt found"), new Metadata { { "why", "because" } });
        });
        await using var call = Duplex.Call(server);
        Assert.Equal("one"u8.ToArray(), await call.ReadMessageAsync());
        Assert.Equal(("5", "n%C3%B6t found"), await call.ReadStatusAsync());
        Assert.Equal(["because"], (await call.Response).TrailingHeaders.GetValues("why"));
    }

    [Fact]
    public async Task Handler_SetsStatus_IsSent()
    {
        await using var server = await Duplex.ServeAsync((_, _, context) =>
        {
            context.Status = new Status(StatusCode.FailedPrecondition, "not yet");
            return Task.CompletedTask;
        });
        await using var call = Duplex.Call(server);
        Assert.Equal(("9", "not yet"), await call.ReadStatusAsync());

        // Nothing was sent before: the status travels in the headers.
        Assert.True((await call.Response).Headers.Contains("grpc-status"));
    }

    [Fact]
    public async Task Serializer_Fails_NothingOfTheMessageIsSent()
    {
        var failing = Marshallers.Create<SegmentMessage>(
            (message, context) =>
            {
                context.SetPayloadLength(100);
                context.GetBufferWriter().Advance(message.Head.Length);
                context.Complete();
            },
            _ => SegmentMessage.Of(""));
        var method = new Method<SegmentMessage, SegmentMessage>(MethodType.DuplexStreaming, "test.Failing", "Stream", failing, failing);
        await using var server = await TestServer.StartAsync(app => app.MapGrpcService(binder => binder.AddMethod(
            method,
            async (IAsyncStreamReader<SegmentMessage> _, IServerStreamWriter<SegmentMessage> responses, ServerCallContext _) =>
            {
                var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => responses.WriteAsync(SegmentMessage.Of("short")));
                await responses.WriteAsync(new SegmentMessage(new byte[100], []));
                throw new RpcException(new Status(StatusCode.Aborted, failure.Message));
            })));
        await using var call = new RawCall(server.Address, method.FullName);
        Assert.Equal(100, (await call.ReadMessageAsync()).Length);
        Assert.Equal(("10", "The serializer announced 100 bytes and wrote 5."), await call.ReadStatusAsync());
    }

    [Fact]
    public async Task Message_LargerThanSendLimit_ResourceExhausted()
    {
        var options = new GrpcServerOptions { MaxSendMessageSize = 10 };
        await using var server = await Duplex.ServeAsync(
            (_, responses, _) => responses.WriteAsync(new SegmentMessage(new byte[11], [])), options);
        await using var call = Duplex.Call(server);
        Assert.Equal("8", (await call.ReadStatusAsync()).Status);
    }

    [Fact]
    public async Task Handler_CancelsByTokenOfRead_CallIsCancelled()
    {
        await using var server = await Duplex.ServeAsync(async (requests, _, _) =>
        {
            using var impatience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
            await requests.MoveNext(impatience.Token);
        });
        await using var call = Duplex.Call(server);
        Assert.Equal("1", (await call.ReadStatusAsync()).Status);
    }
}
