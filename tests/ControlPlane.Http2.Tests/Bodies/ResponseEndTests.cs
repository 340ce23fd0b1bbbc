using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Http2.Tests.Bodies;

/// <summary>Answers that end badly. The connection goes on in all cases.</summary>
public sealed class ResponseEndTests
{
    [Theory]
    [InlineData(Http2ErrorCode.Cancel, false)]
    [InlineData(Http2ErrorCode.NoError, false)]
    [InlineData(Http2ErrorCode.EnhanceYourCalm, true)]
    public async Task Reset_ByTheHandler_CodeSent(Http2ErrorCode code, bool started)
    {
        await AnswerAsync(
            async context =>
            {
                if (started)
                {
                    await context.Response.WriteAsync("x");
                    await context.Response.Body.FlushAsync();
                }

                context.Features.Get<IHttpResetFeature>()!.Reset((int)code);
            },
            answer =>
            {
                Assert.Equal(code, answer.Reset);
                Assert.False(answer.Ended);
            });
    }

    [Fact]
    public async Task Abort_ByTheHandler_ResetAndRequestAbortedCancelled()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await AnswerAsync(
            async context =>
            {
                using var registration = context.RequestAborted.Register(() => cancelled.TrySetResult());
                context.Abort();
                await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(60));
            },
            static answer => Assert.True(answer.Reset is Http2ErrorCode.InternalError or Http2ErrorCode.Cancel, $"{answer.Reset}"));
        Assert.True(cancelled.Task.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Handler_ThrowsBeforeTheAnswer_500()
    {
        await AnswerAsync(
            static context =>
            {
                context.Response.StatusCode = 202;
                context.Response.Headers["x-forgotten"] = "x";
                throw new InvalidTimeZoneException("a fault of the handler");
            },
            static answer =>
            {
                Assert.True(answer is { Status: 500, Ended: true, Length: 0 });
                Assert.Null(answer["x-forgotten"]);
            },
            "a fault of the handler");
    }

    [Fact]
    public async Task Handler_ThrowsWithinTheAnswer_ResetInternalError()
    {
        await AnswerAsync(
            static async context =>
            {
                await context.Response.WriteAsync("half");
                await context.Response.Body.FlushAsync();
                throw new InvalidTimeZoneException("a fault of the handler");
            },
            static answer =>
            {
                Assert.Equal(Http2ErrorCode.InternalError, answer.Reset);
                Assert.False(answer.Ended);
            },
            "a fault of the handler");
    }

    [Fact]
    public async Task OnStarting_Throws_500()
    {
        await AnswerAsync(
            static context =>
            {
                context.Response.OnStarting(static () => throw new InvalidTimeZoneException("a fault of the callback"));
                return Task.CompletedTask;
            },
            static answer => Assert.Equal(500, answer.Status),
            "a fault of the callback");
    }

    [Fact]
    public async Task OnCompleted_Throws_AnswerNotHurt()
    {
        await AnswerAsync(
            static context =>
            {
                context.Response.OnCompleted(static () => throw new InvalidTimeZoneException("a fault of the callback"));
                return context.Response.WriteAsync("fine");
            },
            static answer => Assert.True(answer is { Status: 200, Ended: true, Text: "fine" }));
    }

    [Fact]
    public async Task ContentLength_LessWritten_NotAWholeAnswer()
    {
        await AnswerAsync(
            static async context =>
            {
                context.Response.ContentLength = 10;
                await context.Response.WriteAsync("short");
                await context.Response.Body.FlushAsync();
            },
            static answer =>
            {
                Assert.NotNull(answer.Reset);
                Assert.False(answer.Ended);
            });
    }

    [Fact]
    public async Task ContentLength_MoreWritten_NotAWholeAnswer()
    {
        await AnswerAsync(
            static async context =>
            {
                context.Response.ContentLength = 3;
                await context.Response.WriteAsync("too long");
            },
            static answer => Assert.True(answer.Status == 500 || answer.Reset is not null));
    }

    [Fact]
    public async Task Write_AfterReset_DoesNotHang()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await AnswerAsync(
            async context =>
            {
                context.Features.Get<IHttpResetFeature>()!.Reset((int)Http2ErrorCode.Cancel);
                try
                {
                    for (var i = 0; i < 100; i++)
                        await context.Response.Body.WriteAsync(new byte[10_000]);
                }
                catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException or InvalidOperationException)
                {
                    // One way to tell it.
                }

                ended.SetResult();
            },
            static answer => Assert.Equal(Http2ErrorCode.Cancel, answer.Reset));
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Write_AfterTheEndOfTheHandler_NotSent()
    {
        Stream? body = null;
        System.IO.Pipelines.PipeWriter? writer = null;
        await using var server = await Http2TestServer.StartAsync(context =>
        {
            body ??= context.Response.Body;
            writer ??= context.Response.BodyWriter;
            return context.Response.WriteAsync("x");
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get());
        await client.ReadStreamAsync(1);
        await TryAsync(async () => await body!.WriteAsync("late"u8.ToArray()));
        await TryAsync(async () => await writer!.WriteAsync("later"u8.ToArray()));
        await client.SendRequestAsync(3, HeaderBlock.Get());
        Assert.Equal("x", (await client.ReadStreamAsync(3)).Text);
        await client.ExpectAliveAsync();
        Assert.Equal("x", client.Stream(1).Text);
    }

    [Fact]
    public async Task Write_AfterCompleteAsync_NotSent()
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await Http2TestServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("x");
            await context.Response.CompleteAsync();
            await TryAsync(async () => await context.Response.BodyWriter.WriteAsync("more"u8.ToArray()));
            await TryAsync(() => context.Response.Body.WriteAsync("more"u8.ToArray()).AsTask());
            written.TrySetResult();
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/"), end: false);
        await written.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await client.ExpectAliveAsync();
        Assert.Equal("x", client.Stream(1).Text);
    }

    [Fact]
    public async Task Write_AfterTheWriterIsComplete_Harmless()
    {
        await using var server = await Http2TestServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("x");
            await context.Response.BodyWriter.CompleteAsync();
            await TryAsync(async () => await context.Response.BodyWriter.FlushAsync());
        });
        await using var client = await server.ConnectAsync();
        for (var stream = 1; stream < 9; stream += 2)
        {
            await client.SendRequestAsync(stream, HeaderBlock.Get());
            Assert.Equal("x", (await client.ReadStreamAsync(stream)).Text);
        }
    }

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act().WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException or NullReferenceException)
        {
            // One way to tell it.
        }
    }

    private static async Task AnswerAsync(RequestDelegate handler, Action<ReceivedStream> check, string? logged = null)
    {
        await using var server = await Http2TestServer.StartAsync(context => context.Request.Path == "/hello" ? SampleServer.HandleAsync(context) : handler(context));
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get("/"));
        check(await client.ReadStreamAsync(1));
        await client.ExpectAliveAsync(newStream: 3);
        if (logged is not null)
            Assert.Contains(server.Errors, line => line.Contains(logged, StringComparison.Ordinal));
    }
}
