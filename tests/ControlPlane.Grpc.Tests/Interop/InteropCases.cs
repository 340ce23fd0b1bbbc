using ControlPlane.Grpc.Client;
using ControlPlane.Grpc.Tests.Protos;
using Google.Protobuf;
using Grpc.Core;

namespace ControlPlane.Grpc.Tests.Interop;

/// <summary>The interoperability cases with our client; the names are those of gRPC's description of them.</summary>
public static class InteropCases
{
    private const string SpecialMessage = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \U0001f608\t\n";

    private static readonly Dictionary<string, Func<GrpcChannel, Task>> All = new()
    {
        ["empty_unary"] = EmptyUnary,
        ["large_unary"] = LargeUnary,
        ["client_streaming"] = ClientStreaming,
        ["server_streaming"] = ServerStreaming,
        ["ping_pong"] = PingPong,
        ["empty_stream"] = EmptyStream,
        ["cancel_after_begin"] = CancelAfterBegin,
        ["cancel_after_first_response"] = CancelAfterFirstResponse,
        ["timeout_on_sleeping_server"] = TimeoutOnSleepingServer,
        ["deadline"] = Deadline,
        ["status_code_and_message"] = StatusCodeAndMessage,
        ["special_status_message"] = SpecialStatusMessage,
        ["custom_metadata"] = CustomMetadata,
        ["unimplemented_method"] = UnimplementedMethod,
        ["unimplemented_service"] = UnimplementedServiceCall,
        ["oversize_message"] = OversizeMessage,
        ["concurrent_streams"] = ConcurrentStreams,
    };

    public static TheoryData<string> Names { get; } = [.. All.Keys];

    public static IEnumerable<string> Keys => All.Keys;

    public static async Task RunAsync(string name, Uri server)
    {
        using var channel = GrpcChannel.ForAddress(server);
        await All[name](channel).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static TestService.TestServiceClient Client(GrpcChannel channel) => new(channel);

    private static Payload PayloadOf(int size) => new() { Body = UnsafeByteOperations.UnsafeWrap(new byte[size]) };

    private static StreamingOutputCallRequest Ask(int sent, params int[] sizes) =>
        new() { Payload = PayloadOf(sent), ResponseParameters = { sizes.Select(size => new ResponseParameters { Size = size }) } };

    private static async Task EmptyUnary(GrpcChannel channel) =>
        Assert.Equal(new Empty(), await Client(channel).EmptyCallAsync(new Empty()));

    private static async Task LargeUnary(GrpcChannel channel)
    {
        var request = new SimpleRequest { ResponseSize = 314159, Payload = PayloadOf(271828) };
        Assert.Equal(314159, (await Client(channel).UnaryCallAsync(request)).Payload.Body.Length);
    }

    private static async Task ClientStreaming(GrpcChannel channel)
    {
        using var call = Client(channel).StreamingInputCall();
        foreach (var size in new[] { 27182, 8, 1828, 45904 })
        {
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = PayloadOf(size) });
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(74922, (await call).AggregatedPayloadSize);
    }

    private static async Task ServerStreaming(GrpcChannel channel)
    {
        int[] sizes = [31415, 9, 2653, 58979];
        using var call = Client(channel).StreamingOutputCall(Ask(0, sizes));
        var received = new List<int>();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            received.Add(response.Payload.Body.Length);
        }

        Assert.Equal(sizes, received);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private static async Task PingPong(GrpcChannel channel)
    {
        using var call = Client(channel).FullDuplexCall();
        foreach (var (size, sent) in new[] { (31415, 27182), (9, 8), (2653, 1828), (58979, 45904) })
        {
            await call.RequestStream.WriteAsync(Ask(sent, size));
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(size, call.ResponseStream.Current.Payload.Body.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    private static async Task EmptyStream(GrpcChannel channel)
    {
        using var call = Client(channel).FullDuplexCall();
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    private static async Task CancelAfterBegin(GrpcChannel channel)
    {
        using var cancellation = new CancellationTokenSource();
        using var call = Client(channel).StreamingInputCall(cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();
        await Fails(StatusCode.Cancelled, () => call.ResponseAsync);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    private static async Task CancelAfterFirstResponse(GrpcChannel channel)
    {
        using var cancellation = new CancellationTokenSource();
        using var call = Client(channel).FullDuplexCall(cancellationToken: cancellation.Token);
        await call.RequestStream.WriteAsync(Ask(27182, 31415));
        Assert.True(await call.ResponseStream.MoveNext());
        await cancellation.CancelAsync();
        await Fails(StatusCode.Cancelled, () => call.ResponseStream.MoveNext());
    }

    private static async Task TimeoutOnSleepingServer(GrpcChannel channel)
    {
        using var call = Client(channel).FullDuplexCall(deadline: DateTime.UtcNow.AddMilliseconds(1));
        try
        {
            await call.RequestStream.WriteAsync(Ask(27182));
        }
        catch (RpcException)
        {
            // The deadline may pass before the write.
        }

        await Fails(StatusCode.DeadlineExceeded, () => call.ResponseStream.MoveNext());
    }

    private static async Task Deadline(GrpcChannel channel)
    {
        var request = new StreamingOutputCallRequest { ResponseParameters = { new ResponseParameters { Size = 1, IntervalUs = 10_000_000 } } };
        using var call = Client(channel).StreamingOutputCall(request, deadline: DateTime.UtcNow.AddMilliseconds(300));
        await Fails(StatusCode.DeadlineExceeded, () => call.ResponseStream.MoveNext());
    }

    private static async Task StatusCodeAndMessage(GrpcChannel channel)
    {
        var status = new EchoStatus { Code = 2, Message = "test status message" };
        var unary = await Fails(
            StatusCode.Unknown, async () => await Client(channel).UnaryCallAsync(new SimpleRequest { ResponseStatus = status }));
        Assert.Equal(status.Message, unary.Status.Detail);

        using var call = Client(channel).FullDuplexCall();
        var duplex = await Fails(StatusCode.Unknown, async () =>
        {
            // Tells the status too, where that comes before the write has ended.
            await call.RequestStream.WriteAsync(new StreamingOutputCallRequest { ResponseStatus = status });
            await call.RequestStream.CompleteAsync();
            await call.ResponseStream.MoveNext();
        });
        Assert.Equal(status.Message, duplex.Status.Detail);
    }

    private static async Task SpecialStatusMessage(GrpcChannel channel)
    {
        var request = new SimpleRequest { ResponseStatus = new EchoStatus { Code = 2, Message = SpecialMessage } };
        var failure = await Fails(StatusCode.Unknown, async () => await Client(channel).UnaryCallAsync(request));
        Assert.Equal(SpecialMessage, failure.Status.Detail);
    }

    private static async Task CustomMetadata(GrpcChannel channel)
    {
        byte[] trailing = [0xab, 0xab, 0xab];
        var metadata = new Metadata
        {
            { InteropService.InitialKey, "test_initial_metadata_value" },
            { InteropService.TrailingKey, trailing },
        };

        using var unary = Client(channel).UnaryCallAsync(
            new SimpleRequest { ResponseSize = 314159, Payload = PayloadOf(271828) }, metadata);
        await unary;
        Assert.Equal("test_initial_metadata_value", (await unary.ResponseHeadersAsync).GetValue(InteropService.InitialKey));
        Assert.Equal(trailing, unary.GetTrailers().GetValueBytes(InteropService.TrailingKey));

        using var duplex = Client(channel).FullDuplexCall(metadata);
        await duplex.RequestStream.WriteAsync(Ask(271828, 314159));
        Assert.Equal("test_initial_metadata_value", (await duplex.ResponseHeadersAsync).GetValue(InteropService.InitialKey));
        await duplex.RequestStream.CompleteAsync();
        Assert.True(await duplex.ResponseStream.MoveNext());
        Assert.False(await duplex.ResponseStream.MoveNext());
        Assert.Equal(trailing, duplex.GetTrailers().GetValueBytes(InteropService.TrailingKey));
    }

    private static Task UnimplementedMethod(GrpcChannel channel) =>
        Fails(StatusCode.Unimplemented, async () => await Client(channel).UnimplementedCallAsync(new Empty()));

    private static Task UnimplementedServiceCall(GrpcChannel channel) => Fails(
        StatusCode.Unimplemented,
        async () => await new UnimplementedService.UnimplementedServiceClient(channel).UnimplementedCallAsync(new Empty()));

    private static async Task OversizeMessage(GrpcChannel channel)
    {
        // The limit of every server of these tests is 4 MiB; the connection must stay usable.
        var request = new SimpleRequest { Payload = PayloadOf(5 * 1024 * 1024) };
        await Fails(StatusCode.ResourceExhausted, async () => await Client(channel).UnaryCallAsync(request));
        await Client(channel).EmptyCallAsync(new Empty());
    }

    private static async Task ConcurrentStreams(GrpcChannel channel)
    {
        var calls = Enumerable.Range(0, 1000).Select(_ => Client(channel).FullDuplexCall()).ToArray();
        await Task.WhenAll(calls.Select(async (call, i) =>
        {
            await call.RequestStream.WriteAsync(Ask(0, i));
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(i, call.ResponseStream.Current.Payload.Body.Length);
        }));
        await Task.WhenAll(calls.Select(async call =>
        {
            await call.RequestStream.CompleteAsync();
            Assert.False(await call.ResponseStream.MoveNext());
        }));
    }

    private static async Task<RpcException> Fails(StatusCode code, Func<Task> action)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(action);
        Assert.True(failure.StatusCode == code, $"{failure.Status} instead of {code}");
        return failure;
    }
}
