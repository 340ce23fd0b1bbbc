using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Http2.Tests.Connections;

/// <summary>GOAWAY from either side (RFC 9113, 6.8), and the end of the server.</summary>
public sealed class GoAwayTests(SampleServer server) : IClassFixture<SampleServer>
{
    [Fact]
    public async Task GoAway_FromTheClient_RunningStreamEndsThenClosed()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        await client.SendAsync(Frame.GoAway(0, Http2ErrorCode.NoError), Frame.Data(1, "body"u8, end: true));
        Assert.Equal("body", (await client.ReadStreamAsync(1)).Text);
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task GoAway_FromTheClientWithoutStreams_Closed()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.GoAway(0, Http2ErrorCode.NoError));
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task GoAway_OnAStream_ProtocolError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.GoAway, 0, 1, new byte[8]));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task GoAway_TooShort_FrameSizeError()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.GoAway, 0, 0, new byte[7]));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }

    [Fact]
    public async Task GoAway_WithDebugData_Accepted()
    {
        await using var client = await server.ConnectAsync();
        await client.SendAsync(Frame.Build(FrameType.GoAway, 0, 0, new byte[200]));
        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task ConnectionError_AfterStreams_NamesTheLastOne()
    {
        await using var client = await server.ConnectAsync();
        await client.ExpectGreetingAsync(1);
        await client.ExpectGreetingAsync(7);
        await client.SendAsync(Frame.Data(0, "x"u8));
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
        Assert.Equal(7, client.GoAway!.Number);
    }

    [Fact]
    public async Task Server_Stopped_RunningStreamsEndThenClosed()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var own = await Http2TestServer.StartAsync(async context =>
        {
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            await end.Task;
            await context.Response.WriteAsync("done");
        });
        await using var client = await own.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get());
        await client.ReadUntilAsync(() => client.Stream(1).Status == 200);
        var stop = own.StopAsync();
        await client.ReadUntilAsync(() => client.GoAway is not null);
        Assert.Equal(Http2ErrorCode.NoError, client.GoAway!.Error);
        end.SetResult();
        Assert.Equal("done", (await client.ReadStreamAsync(1)).Text);
        await client.ExpectClosedAsync();
        await stop.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, client.GoAway!.Number);
    }

    [Fact]
    public async Task Server_StoppedWithoutStreams_ClosedWithGoAway()
    {
        await using var own = await Http2TestServer.StartAsync(SampleServer.HandleAsync);
        await using var client = await own.ConnectAsync();
        await client.ExpectGreetingAsync(1);
        var stop = own.StopAsync();
        await client.ExpectConnectionErrorAsync(Http2ErrorCode.NoError);
        await stop.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Server_StoppedBeforeThePreface_ClosedAtOnce()
    {
        await using var own = await Http2TestServer.StartAsync(SampleServer.HandleAsync);
        await using var first = await own.ConnectAsync();
        await using var silent = await own.ConnectAsync(new Http2ClientOptions { Preface = false });
        await first.ExpectGreetingAsync(1);
        await own.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await silent.ReadBytesToEndAsync();
    }

    [Fact]
    public async Task Server_StreamsThatNeverEnd_CutAfterTheShutdownTimeout()
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var own = await Http2TestServer.StartAsync(
            async context =>
            {
                using var registration = context.RequestAborted.Register(() => aborted.TrySetResult());
                await SampleServer.HandleAsync(context);
            },
            shutdownTimeout: TimeSpan.FromMilliseconds(200));
        await using var client = await own.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get("/wait"));
        await client.ReadUntilAsync(() => client.Stream(1).Status == 200);
        var stop = own.StopAsync();
        await client.ExpectClosedAsync();
        await stop.WaitAsync(TimeSpan.FromSeconds(60));
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
