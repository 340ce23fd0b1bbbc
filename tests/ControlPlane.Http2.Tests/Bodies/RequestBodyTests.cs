using System.Text;
using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Http2.Tests.Bodies;

/// <summary>Bodies of requests and the windows for them (RFC 9113, 5.2, 6.9).</summary>
public sealed class RequestBodyTests(SampleServer server) : IClassFixture<SampleServer>
{
    private const int Window = 65_535;

    private static readonly Http2Options SmallWindows = new() { StreamWindow = Window, ConnectionWindow = Window };

    [Fact]
    public async Task Body_InPieces_EachReadAsItComes()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post(), end: false);
        var expected = "";
        foreach (var piece in new[] { "a", "bb", new string('c', 10_000), "d" })
        {
            await client.SendAsync(Frame.Data(1, Encoding.ASCII.GetBytes(piece)));
            expected += piece;
            await client.ReadUntilAsync(() => client.Stream(1).Length == expected.Length);
        }

        Assert.False(client.Stream(1).Ended);
        await client.SendAsync(Frame.Data(1, [], end: true));
        Assert.Equal(expected, (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Body_ReadAsAStream_AllBytes()
    {
        await using var own = await Http2TestServer.StartAsync(static async context =>
        {
            var buffer = new byte[3];
            var text = new StringBuilder();
            while (await context.Request.Body.ReadAsync(buffer) is var count and > 0)
                text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            await context.Response.WriteAsync($"{text}{await context.Request.Body.ReadAsync(buffer)}");
        });
        await using var client = await own.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/"), end: false);
        await client.SendAsync(Frame.Data(1, "01234567"u8), Frame.Data(1, []), Frame.Data(1, "89"u8, end: true));
        Assert.Equal("01234567890", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Body_None_ReadGivesTheEndAtOnce()
    {
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/drain"));
        Assert.Equal("0", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Body_NotReadYet_NoWindowGivenBackUntilItIs()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var own = await Http2TestServer.StartAsync(
            async context =>
            {
                await gate.Task;
                await SampleServer.HandleAsync(context);
            },
            SmallWindows);
        await using var client = await own.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/drain"), end: false);
        await SendAsync(client, 1, Window);
        await client.PingAsync();
        Assert.Empty(client.WindowUpdates);
        gate.SetResult();
        await client.ReadUntilAsync(() => client.WindowUpdates.GetValueOrDefault(1) > 0 && client.WindowUpdates.GetValueOrDefault(0) > 0);
        await client.SendAsync(Frame.Data(1, "end"u8, end: true));
        Assert.Equal($"{Window + 3}", (await client.ReadStreamAsync(1)).Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Body_BeyondTheWindow_FlowControlError(int connection)
    {
        await using var own = await Http2TestServer.StartAsync(
            SampleServer.HandleAsync, SmallWindows with { StreamWindow = connection == 0 ? Window : Window * 4, ConnectionWindow = connection == 0 ? Window * 4 : Window });
        await using var client = await own.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/wait"), end: false);
        await SendAsync(client, 1, Window);
        await client.SendAsync(Frame.Data(1, "x"u8));
        await client.ExpectErrorAsync(1, Http2ErrorCode.FlowControlError);
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(200_000)]
    public async Task Body_ExaminedButNotConsumed_LargerThanTheWindow_NotStuck(int length)
    {
        // A reader of messages examines all and consumes nothing until a whole message is there.
        await using var own = await Http2TestServer.StartAsync(
            async context =>
            {
                var reader = context.Request.BodyReader;
                while (true)
                {
                    var read = await reader.ReadAsync();
                    if (read.Buffer.Length >= length)
                    {
                        await context.Response.WriteAsync($"{read.Buffer.Length}");
                        reader.AdvanceTo(read.Buffer.End);
                        return;
                    }

                    Assert.False(read.IsCompleted);
                    reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                }
            },
            SmallWindows);
        await using var client = await own.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/"), end: false);
        await SendWithinWindowsAsync(client, 1, length, Window);
        Assert.Equal($"{length}", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Body_LongerThanTheWindows_PassesWholeWithItsBytesInOrder()
    {
        await using var own = await Http2TestServer.StartAsync(
            static async context =>
            {
                var next = 0L;
                var buffer = new byte[10_000];
                while (await context.Request.Body.ReadAsync(buffer) is var count and > 0)
                {
                    for (var i = 0; i < count; i++, next++)
                        Assert.Equal((byte)(next % 251), buffer[i]);
                }

                await context.Response.WriteAsync($"{next}");
            },
            SmallWindows);
        await using var client = await own.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/"), end: false);
        await SendWithinWindowsAsync(client, 1, 3_000_000, Window);
        await client.SendAsync(Frame.Data(1, [], end: true));
        Assert.Equal("3000000", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Body_NotReadByTheHandler_AnswerThenResetNoErrorAndTheConnectionWindowComesBack()
    {
        // RFC 9113, 8.1: an answer before the end of the request, then RST_STREAM with NO_ERROR.
        await using var own = await Http2TestServer.StartAsync(static context => context.Response.WriteAsync("done"), SmallWindows);
        await using var client = await own.ConnectAsync();
        for (var stream = 1; stream < 20; stream += 2)
        {
            await client.SendRequestAsync(stream, HeaderBlock.Post("/"), end: false);
            await SendAsync(client, stream, 30_000);
            await client.ReadUntilAsync(() => client.Stream(stream).Reset is not null);
            Assert.Equal(Http2ErrorCode.NoError, client.Stream(stream).Reset);
            Assert.True(client.Stream(stream) is { Ended: true, Text: "done" }, client.Transcript);
            var used = (stream + 1) / 2 * 30_000;
            await client.ReadUntilAsync(() => Window + client.WindowUpdates.GetValueOrDefault(0) - used >= 30_000);
        }

        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task Body_ReadPending_CancelledByTheHandler()
    {
        await using var own = await Http2TestServer.StartAsync(static async context =>
        {
            var reader = context.Request.BodyReader;
            var pending = reader.ReadAsync();
            Assert.False(pending.IsCompleted);
            reader.CancelPendingRead();
            var read = await pending;
            reader.AdvanceTo(read.Buffer.Start);
            await context.Response.WriteAsync($"{read.IsCanceled} {read.IsCompleted}");
        });
        await using var client = await own.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/"), end: false);
        Assert.Equal("True False", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Body_ReadWithACancelledToken_ThrowsAndCanBeReadLater()
    {
        await using var own = await Http2TestServer.StartAsync(static async context =>
        {
            using var cancelled = new CancellationTokenSource();
            Task pending = context.Request.BodyReader.ReadAsync(cancelled.Token).AsTask();
            await cancelled.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            await context.Request.Body.CopyToAsync(context.Response.Body);
        });
        await using var client = await own.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/"), end: false);
        await client.ReadUntilAsync(() => client.Stream(1).Status == 200);
        await client.SendAsync(Frame.Data(1, "later"u8, end: true));
        Assert.Equal("later", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Bodies_OfManyStreamsAtOnce_EachGetsItsOwnBack()
    {
        await using var client = await server.ConnectAsync(new Http2ClientOptions { UnlimitedWindows = true });
        const int Streams = 80, Pieces = 10;
        for (var i = 0; i < Streams; i++)
            await client.SendRequestAsync(2 * i + 1, HeaderBlock.Post(), end: false);
        for (var piece = 0; piece < Pieces; piece++)
        {
            for (var i = 0; i < Streams; i++)
                await client.SendAsync(Frame.Data(2 * i + 1, Encoding.ASCII.GetBytes($"{i}.{piece};"), end: piece == Pieces - 1));
        }

        for (var i = 0; i < Streams; i++)
            Assert.Equal(string.Concat(Enumerable.Range(0, Pieces).Select(p => $"{i}.{p};")), (await client.ReadStreamAsync(2 * i + 1)).Text);
    }

    private static async Task SendAsync(Http2Client client, int stream, int length)
    {
        for (var rest = length; rest > 0; rest -= Frame.DefaultMaxSize)
            await client.SendAsync(Frame.Data(stream, new byte[Math.Min(rest, Frame.DefaultMaxSize)]));
    }

    private static async Task SendWithinWindowsAsync(Http2Client client, int stream, int length, int window)
    {
        var sent = 0;
        while (sent < length)
        {
            var available = () => (int)(window + Math.Min(client.WindowUpdates.GetValueOrDefault(0), client.WindowUpdates.GetValueOrDefault(stream)) - sent);
            await client.ReadUntilAsync(() => available() > 0);
            var piece = new byte[Math.Min(Math.Min(available(), length - sent), Frame.DefaultMaxSize)];
            for (var i = 0; i < piece.Length; i++, sent++)
                piece[i] = (byte)(sent % 251);
            await client.SendAsync(Frame.Data(stream, piece));
        }
    }
}
