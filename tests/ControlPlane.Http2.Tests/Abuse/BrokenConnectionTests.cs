using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Http2.Tests.Abuse;

/// <summary>Clients that vanish at any moment.</summary>
public sealed class BrokenConnectionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connections_BrokenAtAnyMoment_AllHandlersEnd(bool tls)
    {
        var running = 0;
        var begun = 0;
        await using var server = await Http2TestServer.StartAsync(
            async context =>
            {
                Interlocked.Increment(ref begun);
                Interlocked.Increment(ref running);
                try
                {
                    await Task.WhenAll(ReadAsync(context), WriteAsync(context));
                }
                catch (Exception e) when (e is IOException or OperationCanceledException)
                {
                    // The client is gone.
                }
                finally
                {
                    Interlocked.Decrement(ref running);
                }
            },
            tls: tls);
        await Parallel.ForEachAsync(Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (i, _) =>
        {
            var random = new Random(i);
            await using var client = await server.ConnectAsync(new Http2ClientOptions { UnlimitedWindows = random.Next(2) == 0 });
            for (var stream = 1; stream < 20; stream += 2)
            {
                await client.SendAsync(Frame.Headers(stream, HeaderBlock.Post()), Frame.Data(stream, new byte[random.Next(10_000)]));
                if (random.Next(4) == 0)
                    await client.SendAsync(Frame.Reset(stream));
            }

            // So many always come: the windows allow more.
            for (var frames = random.Next(8); frames > 0; frames--)
                await client.ReadFrameAsync();
            if (random.Next(2) == 0)
                client.Break();
        });
        Assert.True(begun > 0);

        // Each ends soon after its client; a machine that is busy may take its time.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (Volatile.Read(ref running) > 0)
            await Task.Delay(20, limit.Token);
        Assert.True(server.Errors.Count == 0, string.Join("\n", server.Errors.Take(2)));
        await using var other = await server.ConnectAsync();
        await other.ExpectAliveAsync();
    }

    private static async Task ReadAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (await reader.ReadAsync() is { IsCompleted: false } read)
            reader.AdvanceTo(read.Buffer.End);
    }

    private static async Task WriteAsync(HttpContext context)
    {
        while (!context.RequestAborted.IsCancellationRequested)
            await context.Response.BodyWriter.WriteAsync(new byte[5000]);
    }
}
