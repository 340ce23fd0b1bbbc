using System.Net;
using ControlPlane.Grpc.Server;
using ControlPlane.Grpc.Tests.Support;
using ControlPlane.Testing.Http2;
using Grpc.Core;

namespace ControlPlane.Grpc.Tests.Server;

/// <summary>GOAWAY, and the end of the streams that are open then: for the age of a connection, and when the host stops.</summary>
public sealed class ConnectionLifeTests
{
    private const int NoError = 0;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly GrpcServerOptions ShortLived = new()
    {
        MaxConnectionAge = TimeSpan.FromMilliseconds(300),
        MaxConnectionAgeJitter = 0,
        DrainGrace = TimeSpan.FromMilliseconds(300),
    };

    [Fact]
    public async Task Age_Reached_GoAwayThenStreamEndsUnavailableThenConnectionCloses()
    {
        // Long enough for what happens before each of them, also on a busy machine.
        await using var server = await Duplex.ServeEchoAsync(
            ShortLived with { MaxConnectionAge = TimeSpan.FromSeconds(5), DrainGrace = TimeSpan.FromSeconds(5) });
        await using var client = await Http2Client.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await client.SendRequestAsync(1, HeaderBlock.Call(SegmentMessage.Duplex.FullName), end: false);
        await client.SendMessageAsync(1, [1]);

        await client.WaitForAsync(frame => frame.Type == FrameType.Data).WaitAsync(Limit);
        var goAway = await client.WaitForAsync(frame => frame.Type == FrameType.GoAway).WaitAsync(Limit);
        Assert.Equal(NoError, goAway.Payload[7]);

        // The stream goes on for the time of the grace.
        await client.SendMessageAsync(1, [2]);
        var data = await client.WaitForAsync(frame => frame.Type is FrameType.Data).WaitAsync(Limit);
        Assert.Equal(RawCall.Frame([2]), data.Payload);
        await ExpectClosingStatusAsync(client);
        while (await client.ReadFrameAsync().WaitAsync(Limit) is not null)
        {
        }
    }

    [Fact]
    public async Task Age_Reached_StreamThatListensToDrainEndsOk()
    {
        await using var server = await Duplex.ServeAsync(
            async (_, responses, context) =>
            {
                await responses.WriteAsync(SegmentMessage.Of("hello"));
                await Task.Delay(Timeout.Infinite, context.GetDrainToken()).ContinueWith(_ => { }, TaskScheduler.Default);
            },
            ShortLived with { MaxConnectionAge = TimeSpan.FromSeconds(2), DrainGrace = TimeSpan.FromMinutes(5) });
        await using var call = Duplex.Call(server);
        await call.ReadMessageAsync();

        // Without it SocketsHttpHandler forgets trailers that were not read when the connection closes.
        call.HalfClose();
        Assert.Equal("0", (await call.ReadStatusAsync().WaitAsync(Limit)).Status);
    }

    [Fact]
    public async Task Age_Reached_HandlerThatIgnoresItLosesConnection()
    {
        var release = new TaskCompletionSource();
        await using var server = await Duplex.ServeAsync(
            (_, _, _) => release.Task,
            ShortLived with { MaxConnectionAge = TimeSpan.FromSeconds(2), FlushTimeout = TimeSpan.FromMilliseconds(300) });
        await using var client = await Http2Client.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await client.SendRequestAsync(1, HeaderBlock.Call(SegmentMessage.Duplex.FullName), end: false);
        while (await client.ReadFrameAsync().WaitAsync(Limit) is not null)
        {
        }

        Assert.Contains(server.Logs.Entries, entry => entry.Id.Id == 2006);
        release.SetResult();
    }

    [Fact]
    public async Task Age_Unlimited_NoGoAway()
    {
        await using var server = await Duplex.ServeEchoAsync(new GrpcServerOptions { DrainGrace = TimeSpan.Zero });
        await using var client = await Http2Client.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await client.SendRequestAsync(1, HeaderBlock.Call(SegmentMessage.Duplex.FullName), end: false);
        await client.SendMessageAsync(1, [1], end: true);
        while (await client.ReadFrameAsync().WaitAsync(Limit) is { } frame)
        {
            Assert.NotEqual(FrameType.GoAway, frame.Type);
            if (frame.Type == FrameType.Headers && frame.Has(FrameFlags.EndStream))
            {
                return;
            }
        }

        Assert.Fail("The connection ended before the call.");
    }

    [Fact]
    public async Task Host_Stops_GoAwayThenOpenStreamEndsUnavailable()
    {
        await using var server = await Duplex.ServeEchoAsync(new GrpcServerOptions { DrainGrace = TimeSpan.FromMilliseconds(300) });
        await using var client = await Http2Client.ConnectAsync(IPEndPoint.Parse(server.Address.Authority));
        await client.SendRequestAsync(1, HeaderBlock.Call(SegmentMessage.Duplex.FullName), end: false);
        await client.SendMessageAsync(1, [1]);
        await client.WaitForAsync(frame => frame.Type == FrameType.Data).WaitAsync(Limit);

        var stop = server.StopAsync();
        await client.WaitForAsync(frame => frame.Type == FrameType.GoAway).WaitAsync(Limit);
        Assert.False(stop.IsCompleted);
        await ExpectClosingStatusAsync(client);

        // Before the host's own timeout of 30 s, upon which it would abort the connections, and say so.
        await stop.WaitAsync(Limit);
        Assert.DoesNotContain(server.Logs.Entries, entry => entry.Id.Name == "NotAllConnectionsClosedGracefully");
    }

    [Fact]
    public async Task Connection_SilentForPingDelay_IsPingedAndClosedWhenMute()
    {
        await using var server = await Duplex.ServeEchoAsync(new GrpcServerOptions
        {
            KeepAlivePingDelay = TimeSpan.FromSeconds(1),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(1),
        });
        await using var client = await Http2Client.ConnectAsync(IPEndPoint.Parse(server.Address.Authority), new Http2ClientOptions { AnswerPings = false });
        await client.SendRequestAsync(1, HeaderBlock.Call(SegmentMessage.Duplex.FullName), end: false);
        await client.WaitForAsync(frame => frame.Type == FrameType.Ping && !frame.Has(FrameFlags.Acknowledge)).WaitAsync(Limit);
        while (await client.ReadFrameAsync().WaitAsync(Limit) is not null)
        {
        }
    }

    private static async Task ExpectClosingStatusAsync(Http2Client client)
    {
        var answer = await client.ReadStreamAsync(1).WaitAsync(Limit);
        Assert.Equal("14", answer.Trailer("grpc-status"));

        // Agents of Istio accept this text silently.
        Assert.Contains("transport is closing", answer.Trailer("grpc-message"), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfBounds_AreRefusedByName()
    {
        foreach (var options in new[]
        {
            new GrpcServerOptions { MaxReceiveMessageSize = 0 },
            new GrpcServerOptions { MaxSendMessageSize = 0 },
            new GrpcServerOptions { FlushTimeout = TimeSpan.Zero },
            new GrpcServerOptions { MaxConnectionAge = TimeSpan.Zero },
            new GrpcServerOptions { MaxConnectionAgeJitter = 1.5 },
            new GrpcServerOptions { DrainGrace = TimeSpan.FromSeconds(-1) },
            new GrpcServerOptions { KeepAlivePingDelay = TimeSpan.FromMilliseconds(10) },
            new GrpcServerOptions { KeepAlivePingTimeout = TimeSpan.Zero },
            new GrpcServerOptions { MaxStreamsPerConnection = 0 },
        })
        {
            var failure = Assert.Throws<System.ComponentModel.DataAnnotations.ValidationException>(options.Validate);
            Assert.StartsWith("GrpcServerOptions.", failure.Message, StringComparison.Ordinal);
        }
    }
}
