using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Http2.Tests.Requests;

/// <summary>How a handler hears that its client is gone.</summary>
public sealed class AbortTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public enum Ending
    {
        ResetStream,
        BrokenConnection,
        ClosedConnection,
        ConnectionError,
    }

    [Theory]
    [InlineData(Ending.ResetStream)]
    [InlineData(Ending.BrokenConnection)]
    [InlineData(Ending.ClosedConnection)]
    [InlineData(Ending.ConnectionError)]
    public async Task RequestAborted_ClientGone_Cancelled(Ending ending)
    {
        var ended = Pending();
        await using var server = await Http2TestServer.StartAsync(async context =>
        {
            await SampleServer.HandleAsync(context);
            ended.SetResult();
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/wait"), end: false);
        await client.ReadUntilAsync(() => client.Stream(1).Status == 200);
        await EndAsync(client, ending);
        await ended.Task.WaitAsync(Patience);
    }

    [Theory]
    [InlineData(Ending.ResetStream)]
    [InlineData(Ending.BrokenConnection)]
    [InlineData(Ending.ClosedConnection)]
    [InlineData(Ending.ConnectionError)]
    public async Task BodyRead_ClientGone_Throws(Ending ending)
    {
        var fault = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await Http2TestServer.StartAsync(async context =>
        {
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            var reader = context.Request.BodyReader;
            try
            {
                while (await reader.ReadAsync() is { IsCompleted: false } read)
                    reader.AdvanceTo(read.Buffer.End);
                fault.SetResult(null);
            }
            catch (Exception e)
            {
                fault.SetResult(e);
            }
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/"), end: false);
        await client.SendAsync(Frame.Data(1, "half"u8));
        await client.ReadUntilAsync(() => client.Stream(1).Status == 200);
        await EndAsync(client, ending);
        var thrown = await fault.Task.WaitAsync(Patience);
        Assert.True(thrown is IOException or OperationCanceledException, $"{thrown}");
    }

    [Theory]
    [InlineData(Ending.ResetStream)]
    [InlineData(Ending.BrokenConnection)]
    public async Task Write_BlockedByTheWindow_EndsWhenTheClientIsGone(Ending ending)
    {
        var ended = Pending();
        await using var server = await Http2TestServer.StartAsync(async context =>
        {
            try
            {
                while (!context.RequestAborted.IsCancellationRequested)
                    await context.Response.BodyWriter.WriteAsync(new byte[10_000]);
            }
            catch (OperationCanceledException)
            {
                // One way to hear it.
            }

            ended.SetResult();
        });
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Settings = [(Setting.InitialWindowSize, 20_000)] });
        await client.SendRequestAsync(1, HeaderBlock.Get());
        await client.ReadUntilAsync(() => client.Stream(1).Length == 20_000);
        await EndAsync(client, ending);
        await ended.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task RequestAborted_StreamEndsWell_NotCancelledWhileTheHandlerRuns()
    {
        var cancelled = false;
        var ended = Pending();
        await using var server = await Http2TestServer.StartAsync(async context =>
        {
            context.Response.OnCompleted(() =>
            {
                ended.SetResult();
                return Task.CompletedTask;
            });
            using var registration = context.RequestAborted.Register(() => cancelled = true);
            await context.Response.WriteAsync("done");
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get());
        await client.ReadStreamAsync(1);
        await ended.Task.WaitAsync(Patience);
        Assert.False(cancelled);
    }

    [Fact]
    public async Task Reset_OfOneStream_OthersNotHurt()
    {
        await using var server = await Http2TestServer.StartAsync(SampleServer.HandleAsync);
        await using var client = await server.ConnectAsync();
        for (var stream = 1; stream <= 9; stream += 2)
            await client.SendRequestAsync(stream, HeaderBlock.Post(), end: false);
        await client.SendAsync(Frame.Reset(5));
        foreach (var stream in new[] { 1, 3, 7, 9 })
        {
            await client.SendAsync(Frame.Data(stream, "still here"u8, end: true));
            Assert.Equal("still here", (await client.ReadStreamAsync(stream)).Text);
        }
    }

    private static async Task EndAsync(Http2Client client, Ending ending)
    {
        switch (ending)
        {
            case Ending.ResetStream:
                await client.SendAsync(Frame.Reset(1));
                break;
            case Ending.BrokenConnection:
                client.Break();
                break;
            case Ending.ClosedConnection:
                await client.DisposeAsync();
                break;
            case Ending.ConnectionError:
                await client.SendAsync(Frame.Data(0, "x"u8));
                break;
        }
    }

    private static TaskCompletionSource Pending() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
