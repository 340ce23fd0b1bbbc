using ControlPlane.Grpc.Client;
using ControlPlane.Grpc.Server;
using ControlPlane.Grpc.Tests.Interop;
using ControlPlane.Grpc.Tests.Protos;
using ControlPlane.Grpc.Tests.Support;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Grpc.Tests.Client;

/// <summary>Servers that are absent, are no gRPC servers, or misbehave.</summary>
public sealed class ClientFailureTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Call_NobodyListens_Unavailable()
    {
        var server = await Duplex.ServeEchoAsync();
        var address = server.Address;
        await server.DisposeAsync();
        using var channel = GrpcChannel.ForAddress(address);
        Assert.Equal(StatusCode.Unavailable, (await FailAsync(channel)).StatusCode);
    }

    [Theory]
    [InlineData(400, StatusCode.Internal)]
    [InlineData(401, StatusCode.Unauthenticated)]
    [InlineData(403, StatusCode.PermissionDenied)]
    [InlineData(404, StatusCode.Unimplemented)]
    [InlineData(429, StatusCode.Unavailable)]
    [InlineData(502, StatusCode.Unavailable)]
    [InlineData(503, StatusCode.Unavailable)]
    [InlineData(504, StatusCode.Unavailable)]
    [InlineData(418, StatusCode.Unknown)]
    public async Task Call_HttpError_StatusOfTheTable(int http, StatusCode status)
    {
        await using var server = await ServeAsync(response => response.StatusCode = http);
        using var channel = GrpcChannel.ForAddress(server.Address);
        Assert.Equal(status, (await FailAsync(channel)).StatusCode);
    }

    [Fact]
    public async Task Call_HttpErrorWithGrpcStatus_GrpcStatusCounts()
    {
        await using var server = await ServeAsync(response =>
        {
            response.StatusCode = 503;
            response.Headers["grpc-status"] = "7";
            response.Headers["grpc-message"] = "no%20way";
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        var failure = await FailAsync(channel);
        Assert.Equal((StatusCode.PermissionDenied, "no way"), (failure.StatusCode, failure.Status.Detail));
    }

    [Theory]
    [InlineData("text/html", null)]
    [InlineData("application/grpc", null)]
    [InlineData("application/grpc", "nonsense")]
    [InlineData("application/grpc", "99")]
    public async Task Call_NoProperStatus_Unknown(string contentType, string? status)
    {
        await using var server = await ServeAsync(response =>
        {
            response.ContentType = contentType;
            response.Headers["grpc-status"] = status;
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        Assert.Equal(StatusCode.Unknown, (await FailAsync(channel)).StatusCode);
    }

    [Fact]
    public async Task Call_OkWithoutMessage_Unimplemented()
    {
        await using var server = await ServeAsync(response =>
        {
            response.ContentType = "application/grpc";
            response.Headers["grpc-status"] = "0";
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        Assert.Equal("The server sent no response.", (await FailAsync(channel)).Status.Detail);
    }

    [Fact]
    public async Task Call_ServerAbortsStream_InternalNotHang()
    {
        await using var server = await ServeAsync(response => response.HttpContext.Abort());
        using var channel = GrpcChannel.ForAddress(server.Address);
        Assert.Equal(StatusCode.Internal, (await FailAsync(channel)).StatusCode);
    }

    [Fact]
    public async Task Call_ResponseTooLarge_ResourceExhausted()
    {
        await using var server = await TestServer.StartAsync(app => app.MapGrpcService(new InteropService()));
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { MaxReceiveMessageSize = 1000 });
        var call = new TestService.TestServiceClient(channel).UnaryCallAsync(new SimpleRequest { ResponseSize = 2000 });
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Call_DeadlinePassedBefore_NothingIsSent()
    {
        var called = false;
        await using var server = await ServeAsync(_ => called = true);
        using var channel = GrpcChannel.ForAddress(server.Address);
        var call = new TestService.TestServiceClient(channel).EmptyCallAsync(new Empty(), deadline: DateTime.UtcNow.AddSeconds(-1));
        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        Assert.False(called);
    }

    [Fact]
    public async Task Dispose_OpenCall_HandlerIsCancelled()
    {
        var (begun, ended) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var server = await Duplex.ServeAsync(async (requests, _, context) =>
        {
            context.CancellationToken.Register(ended.SetResult);
            await requests.MoveNext();
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(SegmentMessage.Duplex, null, default);
        await call.RequestStream.WriteAsync(SegmentMessage.Of("hello"));

        // A call that is reset before its handler begins has none to cancel.
        await begun.Task.WaitAsync(Limit);
        call.Dispose();
        await ended.Task.WaitAsync(Limit);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
        await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(SegmentMessage.Of("late")));
    }

    [Fact]
    public async Task Channel_Disposed_CallsEnd()
    {
        await using var server = await Duplex.ServeEchoAsync();
        var channel = GrpcChannel.ForAddress(server.Address);
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(SegmentMessage.Duplex, null, default);
        var read = call.ResponseStream.MoveNext();
        channel.Dispose();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => read.WaitAsync(Limit))).StatusCode);
    }

    [Fact]
    public async Task Credentials_OverPlaintext_AreNotSentUnlessAllowed()
    {
        var seen = new List<string?>();
        await using var server = await ServeAsync(response =>
        {
            seen.Add(response.HttpContext.Request.Headers.Authorization);
            response.StatusCode = 401;
        });
        var credentials = CallCredentials.FromInterceptor((context, metadata) =>
        {
            metadata.Add("authorization", $"Bearer {new Uri(context.ServiceUrl).AbsolutePath} {context.MethodName}");
            return Task.CompletedTask;
        });
        using var careful = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions { Credentials = credentials });
        Assert.Equal(StatusCode.Unauthenticated, (await FailAsync(careful)).StatusCode);
        Assert.Empty(seen);

        using var careless = GrpcChannel.ForAddress(
            server.Address, new GrpcChannelOptions { Credentials = credentials, AllowInsecureCredentials = true });
        await FailAsync(careless);
        Assert.Equal(["Bearer /grpc.testing.TestService EmptyCall"], seen);
    }

    [Fact]
    public async Task BlockingCall_AndHost_ArePassedOn()
    {
        var hosts = new List<string>();
        await using var server = await ServeAsync(response =>
        {
            hosts.Add(response.HttpContext.Request.Host.Value!);
            response.StatusCode = 404;
        });
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new TestService.TestServiceClient(channel).WithHost("istiod.istio-system.svc");
        var failure = Assert.Throws<RpcException>(() => client.EmptyCall(new Empty()));
        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
        Assert.Equal(["istiod.istio-system.svc"], hosts);
    }

    private static async Task<RpcException> FailAsync(GrpcChannel channel) => await Assert.ThrowsAsync<RpcException>(
        () => new TestService.TestServiceClient(channel).EmptyCallAsync(new Empty()).ResponseAsync.WaitAsync(Limit));

    private static Task<TestServer> ServeAsync(Action<HttpResponse> answer) => TestServer.StartAsync(app =>
        app.Map("/{**path}", http =>
        {
            answer(http.Response);
            return Task.CompletedTask;
        }));
}
