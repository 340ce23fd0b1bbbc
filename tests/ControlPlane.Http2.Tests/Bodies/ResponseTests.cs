using System.Buffers;
using System.Text;
using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Http2.Tests.Bodies;

/// <summary>What handlers write and what of it comes to the client.</summary>
public sealed class ResponseTests
{
    [Fact]
    public async Task Answer_WithoutBody_HeadersThatEndTheStream()
    {
        await using var server = await Http2TestServer.StartAsync(static context =>
        {
            context.Response.StatusCode = 418;
            context.Response.Headers["X-Custom"] = "Value";
            context.Response.Headers.Append("x-two", new Microsoft.Extensions.Primitives.StringValues(["a", "b"]));
            return Task.CompletedTask;
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get());
        var frame = await client.WaitForAsync(static f => f.Stream == 1);
        Assert.True(frame is { Type: FrameType.Headers } && frame.Has(FrameFlags.EndStream), client.Transcript);
        var answer = client.Stream(1);
        Assert.Equal(418, answer.Status);
        Assert.Equal("Value", answer["x-custom"]);
        Assert.Equal(["a", "b"], answer.Headers!.Where(static f => f.Name == "x-two").SelectMany(static f => f.Value.Split(", ")));
        Assert.Equal(":status", answer.Headers![0].Name);
        Assert.All(answer.Headers!, static f => Assert.Equal(f.Name.ToLowerInvariant(), f.Name));
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("GET", 204)]
    [InlineData("GET", 304)]
    public async Task Answer_ThatMayHaveNoBody_None(string method, int status)
    {
        await using var server = await Http2TestServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            if (status != 200)
                return Task.CompletedTask;
            context.Response.ContentLength = 5;
            return context.Response.WriteAsync("hello");
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Request(method, "/"));
        var answer = await client.ReadStreamAsync(1);
        Assert.True(answer is { Ended: true, Length: 0, Reset: null } && answer.Status == status, client.Transcript);
        Assert.Equal(status == 200 ? "5" : null, answer["content-length"]);
    }

    [Fact]
    public async Task Answer_Flushed_ComesBeforeTheHandlerEnds()
    {
        var step = new SemaphoreSlim(0);
        await using var server = await Http2TestServer.StartAsync(async context =>
        {
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            await step.WaitAsync();
            for (var i = 0; i < 3; i++)
            {
                await context.Response.WriteAsync($"{i}");
                await context.Response.Body.FlushAsync();
                await step.WaitAsync();
            }
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get());
        await client.ReadUntilAsync(() => client.Stream(1).Status == 200);
        for (var length = 1; length <= 3; length++)
        {
            step.Release();
            await client.ReadUntilAsync(() => client.Stream(1).Length == length);
            Assert.False(client.Stream(1).Ended);
        }

        step.Release();
        Assert.Equal("012", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Answer_WithBodyAndTrailers_TrailersEndTheStream()
    {
        await using var server = await Http2TestServer.StartAsync(static async context =>
        {
            context.Response.DeclareTrailer("grpc-status");
            Assert.True(context.Response.SupportsTrailers());
            await context.Response.WriteAsync("body");
            context.Response.AppendTrailer("Grpc-Status", "0");
            context.Response.AppendTrailer("grpc-message", "fine");
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Call("/"));
        var answer = await client.ReadStreamAsync(1);
        Assert.Equal("body", answer.Text);
        Assert.Equal("0", answer.Trailer("grpc-status"));
        Assert.Equal("fine", answer.Trailer("grpc-message"));
        Assert.DoesNotContain(answer.Trailers!, static f => f.Name.StartsWith(':'));
    }

    [Fact]
    public async Task Answer_WithTrailersOnly_HeadersThenTrailers()
    {
        await using var server = await Http2TestServer.StartAsync(static context =>
        {
            context.Response.AppendTrailer("grpc-status", "12");
            return Task.CompletedTask;
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Call("/"));
        var answer = await client.ReadStreamAsync(1);
        Assert.Equal(200, answer.Status);
        Assert.Equal("12", answer.Trailer("grpc-status"));
        Assert.Equal(0, answer.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fields_LargerThanAFrame_InContinuations(bool trailers)
    {
        var large = new string('x', 40_000);
        await using var server = await Http2TestServer.StartAsync(async context =>
        {
            if (!trailers)
                context.Response.Headers["x-large"] = large;
            await context.Response.WriteAsync("body");
            if (trailers)
                context.Response.AppendTrailer("x-large", large);
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get());
        while (!client.Stream(1).Over)
            Assert.InRange((await client.ReadFrameAsync())!.Payload.Length, 0, Frame.DefaultMaxSize);
        Assert.Equal(large, trailers ? client.Stream(1).Trailer("x-large") : client.Stream(1)["x-large"]);
        Assert.Equal("body", client.Stream(1).Text);
    }

    [Fact]
    public async Task Fields_LargeOnesOfManyStreamsAtOnce_BlocksNotMixed()
    {
        await using var server = await Http2TestServer.StartAsync(static async context =>
        {
            context.Response.Headers["x-large"] = context.Request.Path.Value + new string('x', 30_000);
            await context.Response.WriteAsync("body");
            context.Response.AppendTrailer("x-trailer", context.Request.Path.Value + new string('y', 20_000));
        });
        await using var client = await server.ConnectAsync();
        for (var i = 0; i < 40; i++)
            await client.SendRequestAsync(2 * i + 1, HeaderBlock.Get($"/{i}"));
        for (var i = 0; i < 40; i++)
        {
            var answer = await client.ReadStreamAsync(2 * i + 1);
            Assert.Equal($"/{i}" + new string('x', 30_000), answer["x-large"]);
            Assert.Equal($"/{i}" + new string('y', 20_000), answer.Trailer("x-trailer"));
        }
    }

    [Fact]
    public async Task CompleteAsync_ThenTheHandlerGoesOn_ClientSeesTheEndAtOnce()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await Http2TestServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("all");
            context.Response.AppendTrailer("x-sum", "3");
            await context.Response.CompleteAsync();
            await gate.Task;
            ended.SetResult();
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get());
        var answer = await client.ReadStreamAsync(1);
        Assert.True(answer is { Ended: true, Text: "all" });
        Assert.Equal("3", answer.Trailer("x-sum"));
        Assert.False(ended.Task.IsCompleted);
        gate.SetResult();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await client.ExpectAliveAsync();
        Assert.Null(answer.Reset);
    }

    [Fact]
    public async Task CompleteAsync_WhileTheRequestGoesOn_BodyStillRead()
    {
        var read = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await Http2TestServer.StartAsync(async context =>
        {
            await context.Response.CompleteAsync();
            using var all = new MemoryStream();
            await context.Request.Body.CopyToAsync(all);
            read.SetResult(all.Length);
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Post("/"), end: false);
        await client.ReadStreamAsync(1);
        await client.SendAsync(Frame.Data(1, "after the answer"u8, end: true));
        Assert.Equal(16, await read.Task.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task BodyWriter_LargeSpanAndManyAdvances_AllBytesInOrder()
    {
        await using var server = await Http2TestServer.StartAsync(static async context =>
        {
            var writer = context.Response.BodyWriter;
            writer.GetSpan(100_000)[..100_000].Fill((byte)'a');
            writer.Advance(100_000);
            for (var i = 0; i < 5000; i++)
            {
                writer.GetMemory(10).Span[..10].Fill((byte)'b');
                writer.Advance(10);
            }

            await writer.FlushAsync();
            writer.Write("end"u8);
            await writer.CompleteAsync();
        });
        await using var client = await server.ConnectAsync(new Http2ClientOptions { UnlimitedWindows = true });
        await client.SendRequestAsync(1, HeaderBlock.Get());
        Assert.Equal(new string('a', 100_000) + new string('b', 50_000) + "end", (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task Write_BufferReusedAfterwards_BytesAsTheyWere()
    {
        // Who has awaited a write may use its buffer again, also while the window holds the bytes up.
        await using var server = await Http2TestServer.StartAsync(static async context =>
        {
            var buffer = new byte[1000];
            for (var i = 0; i < 20; i++)
            {
                Array.Fill(buffer, (byte)('a' + i));
                await context.Response.Body.WriteAsync(buffer);
            }
        });
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Settings = [(Setting.InitialWindowSize, 700)] });
        await client.SendRequestAsync(1, HeaderBlock.Get());
        for (var length = 700; length < 20_000; length += 700)
        {
            await client.ReadUntilAsync(() => client.Stream(1).Length == length);
            await client.SendAsync(Frame.WindowUpdate(1, 700));
        }

        Assert.Equal(string.Concat(Enumerable.Range(0, 20).Select(static i => new string((char)('a' + i), 1000))), (await client.ReadStreamAsync(1)).Text);
    }

    [Fact]
    public async Task SendFile_Sent()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, new string('f', 30_000));
            await using var server = await Http2TestServer.StartAsync(context => context.Response.SendFileAsync(path));
            await using var client = await server.ConnectAsync();
            await client.SendRequestAsync(1, HeaderBlock.Get());
            Assert.Equal(new string('f', 30_000), (await client.ReadStreamAsync(1)).Text);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Fields_OfTheConnection_NotSent()
    {
        // RFC 9113, 8.2.2.
        await using var server = await Http2TestServer.StartAsync(static context =>
        {
            context.Response.Headers.Connection = "close";
            context.Response.Headers.TransferEncoding = "chunked";
            context.Response.Headers.KeepAlive = "timeout=5";
            context.Response.Headers.Upgrade = "x";
            context.Response.Headers.ProxyConnection = "x";
            return context.Response.WriteAsync("x");
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get());
        var answer = await client.ReadStreamAsync(1);
        Assert.Equal(200, answer.Status);
        Assert.DoesNotContain(answer.Headers!, static f => f.Name is "connection" or "transfer-encoding" or "keep-alive" or "upgrade" or "proxy-connection");
    }

    [Fact]
    public async Task FieldValue_WithALineFeed_NeverSent()
    {
        await using var server = await Http2TestServer.StartAsync(static context =>
        {
            context.Response.Headers["x-split"] = "a\r\nb: c";
            return context.Response.WriteAsync("x");
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get());
        var answer = await client.ReadStreamAsync(1);
        Assert.True(answer.Status == 500 || answer.Reset is not null, client.Transcript);
        Assert.Null(answer["x-split"]);
        await client.ExpectAliveAsync();
    }

    [Fact]
    public async Task Callbacks_OnStartingAndOnCompleted_RunInOrderOnce()
    {
        var order = new StringBuilder();
        var completed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await Http2TestServer.StartAsync(async context =>
        {
            context.Response.OnStarting(() => Note("start 1", () => context.Response.Headers["x-late"] = "yes"));
            context.Response.OnStarting(() => Note("start 2", () => { }));
            context.Response.OnCompleted(() => Note("completed 1", () => completed.SetResult()));
            context.Response.OnCompleted(() => Note("completed 2", () => { }));
            order.Append("handler;");
            Assert.False(context.Response.HasStarted);
            await context.Response.WriteAsync("x");
            Assert.True(context.Response.HasStarted);
            Assert.Throws<InvalidOperationException>(() => context.Response.StatusCode = 500);
            Assert.Throws<InvalidOperationException>(() => context.Response.Headers["x-too-late"] = "x");
            Assert.Throws<InvalidOperationException>(() => context.Response.OnStarting(() => Task.CompletedTask));
            order.Append("end;");
        });
        await using var client = await server.ConnectAsync();
        await client.SendRequestAsync(1, HeaderBlock.Get());
        var answer = await client.ReadStreamAsync(1);
        Assert.True(answer.Reset is null, string.Join("\n", server.Errors));
        Assert.Equal("yes", answer["x-late"]);
        await completed.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("handler;start 2;start 1;end;completed 2;completed 1;", order.ToString());

        Task Note(string what, Action act)
        {
            order.Append(what).Append(';');
            act();
            return Task.CompletedTask;
        }
    }
}
