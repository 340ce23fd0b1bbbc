using ControlPlane.Grpc.Tests.Support;
using Grpc.Core;

namespace ControlPlane.Grpc.Tests.Server;

/// <summary>Metadata on its way through the server.</summary>
public sealed class MetadataTests
{
    [Fact]
    public async Task Request_BinaryValues_AreDecodedWithAndWithoutPadding()
    {
        var received = new TaskCompletionSource<Metadata>();
        await using var server = await Duplex.ServeAsync((_, _, context) =>
        {
            received.SetResult(context.RequestHeaders);
            return Task.CompletedTask;
        });
        await using var call = Duplex.Call(server, ("a-bin", "q6ur"), ("b-bin", "qw"), ("c-bin", "qw=="), ("d-bin", "AQ,Ag=="), ("e", "text"));
        Assert.Equal("0", (await call.ReadStatusAsync()).Status);
        var metadata = await received.Task;
        Assert.Equal([0xab, 0xab, 0xab], metadata.GetValueBytes("a-bin"));
        Assert.Equal([0xab], metadata.GetValueBytes("b-bin"));
        Assert.Equal([0xab], metadata.GetValueBytes("c-bin"));
        Assert.Equal([[1], [2]], metadata.GetAll("d-bin").Select(entry => entry.ValueBytes));
        Assert.Equal("text", metadata.GetValue("E"));
        Assert.DoesNotContain(metadata, entry => entry.Key is "te" or "content-type" or "host" || entry.Key.StartsWith("grpc-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_BinaryValueNotBase64_Internal()
    {
        await using var server = await Duplex.ServeAsync((_, _, context) => Task.FromResult(context.RequestHeaders.Count));
        await using var call = Duplex.Call(server, ("a-bin", "?!"));
        Assert.Equal(("13", "The value of metadata 'a-bin' is not base64."), await call.ReadStatusAsync());
    }

    [Fact]
    public async Task Trailers_TextNotAscii_InternalThatNamesTheKey()
    {
        await using var server = await Duplex.ServeAsync((_, _, context) =>
        {
            context.ResponseTrailers.Add("name", "Müller");
            return Task.CompletedTask;
        });
        await using var call = Duplex.Call(server);
        var (status, message) = await call.ReadStatusAsync();
        Assert.Equal("13", status);
        Assert.Contains("'name'", message);
    }

    [Fact]
    public async Task Headers_SentTwice_SecondThrows()
    {
        await using var server = await Duplex.ServeAsync(async (_, _, context) =>
        {
            await context.WriteResponseHeadersAsync(new Metadata { { "first", "1" } });
            await Assert.ThrowsAsync<InvalidOperationException>(() => context.WriteResponseHeadersAsync([]));
        });
        await using var call = Duplex.Call(server);
        Assert.Equal("0", (await call.ReadStatusAsync()).Status);
        Assert.Equal(["1"], (await call.Response).Headers.GetValues("first"));
    }
}
