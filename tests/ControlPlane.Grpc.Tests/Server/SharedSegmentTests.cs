using ControlPlane.Grpc.Server;
using ControlPlane.Grpc.Tests.Support;
using Grpc.Core;

namespace ControlPlane.Grpc.Tests.Server;

/// <summary>A stream bound by hand, whose messages are made of pre-encoded shared segments, as ADS is.</summary>
public sealed class SharedSegmentTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 100)]
    [InlineData(2, 8 * 1024)]
    [InlineData(40, 5_000)]
    [InlineData(3, 1024 * 1024)]
    public async Task Duplex_SharedSegments_ArriveInOrder(int count, int length)
    {
        var shared = Enumerable.Range(0, count)
            .Select(i => (ReadOnlyMemory<byte>)Enumerable.Range(0, length).Select(j => (byte)(i + (j * 7))).ToArray())
            .ToArray();
        await using var server = await TestServer.StartAsync(app => app.MapGrpcService(binder => binder.AddMethod(
            SegmentMessage.Duplex,
            async (IAsyncStreamReader<SegmentMessage> requests, IServerStreamWriter<SegmentMessage> responses, ServerCallContext _) =>
            {
                await foreach (var request in requests.ReadAllAsync())
                {
                    await responses.WriteAsync(new SegmentMessage(request.Head, shared));
                }
            })));

        await using var call = new RawCall(server.Address, SegmentMessage.Duplex.FullName);
        for (var i = 0; i < 3; i++)
        {
            var head = "nonce-" + i;
            await call.SendAsync(RawCall.Frame(SegmentMessage.Of(head).Head));
            var expected = new SegmentMessage(SegmentMessage.Of(head).Head, shared).ToArray();
            Assert.Equal(expected, await call.ReadMessageAsync());
        }

        call.HalfClose();
        Assert.Equal("0", (await call.ReadStatusAsync()).Status);
    }
}
