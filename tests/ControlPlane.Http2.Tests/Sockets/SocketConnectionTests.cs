using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace ControlPlane.Http2.Tests.Sockets;

public sealed class SocketConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Read_WhatIsLeftThere_ComesAgainWithMore()
    {
        await using var pair = await SocketPair.ConnectAsync();
        var sent = RandomBytes(300_000);
        var sending = pair.Peer.SendAsync(sent);
        var input = pair.Connection.Transport.Input;
        ReadResult result;
        while ((result = await input.ReadAsync()).Buffer.Length < sent.Length)
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Assert.Equal(sent, result.Buffer.ToArray());
        input.AdvanceTo(result.Buffer.End);
        Assert.False(input.TryRead(out _));
        await sending;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Read_InPiecesOfAnySize_GivesAllInOrder(int seed)
    {
        var random = new Random(seed);
        await using var pair = await SocketPair.ConnectAsync();
        var sent = RandomBytes(1_000_000);
        var sending = Task.Run(async () =>
        {
            for (int at = 0, size; at < sent.Length; at += size)
            {
                size = Math.Min(sent.Length - at, random.Next(1, 20_000));
                await pair.Peer.SendAsync(sent.AsMemory(at, size));
            }

            pair.Peer.Shutdown(SocketShutdown.Send);
        });
        using var received = new MemoryStream();
        var reader = new Random(seed + 1);
        var input = pair.Connection.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync();
            var taken = result.IsCompleted ? result.Buffer.Length : reader.NextInt64(result.Buffer.Length + 1);
            received.Write(result.Buffer.Slice(0, taken).ToArray());
            input.AdvanceTo(result.Buffer.GetPosition(taken), taken == 0 || reader.Next(2) == 0 ? result.Buffer.End : result.Buffer.GetPosition(taken));
            if (result.IsCompleted)
                break;
        }

        Assert.Equal(sent, received.ToArray());
        await sending;
    }

    [Fact]
    public async Task Read_Cancelled_EndsAndLosesNothing()
    {
        await using var pair = await SocketPair.ConnectAsync();
        var input = pair.Connection.Transport.Input;
        var read = input.ReadAsync().AsTask();
        input.CancelPendingRead();
        var canceled = await read.WaitAsync(Patience);
        Assert.True(canceled.IsCanceled);
        input.AdvanceTo(canceled.Buffer.End);

        using var token = new CancellationTokenSource();
        var second = input.ReadAsync(token.Token).AsTask();
        await token.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Patience));

        await pair.Peer.SendAsync(new byte[] { 1, 2, 3 });
        var result = await input.ReadAsync().AsTask().WaitAsync(Patience);
        Assert.Equal([1, 2, 3], result.Buffer.ToArray());
    }

    [Fact]
    public async Task Write_BlocksOfAnySize_ArriveInOrderThenTheEnd()
    {
        await using var pair = await SocketPair.ConnectAsync();
        var receiving = pair.ReceiveAsync();
        var random = new Random(5);
        var output = pair.Connection.Transport.Output;
        using var sent = new MemoryStream();
        for (var i = 0; i < 200; i++)
        {
            var bytes = RandomBytes(random.Next(1, 30_000), i);
            sent.Write(bytes);
            output.Write(bytes);
            if (random.Next(3) == 0)
                Assert.False((await output.FlushAsync()).IsCompleted);
        }

        await output.FlushAsync();
        Assert.Equal(0, output.UnflushedBytes);
        await output.WriteAsync(new byte[] { 42 });
        sent.WriteByte(42);
        await output.CompleteAsync();
        Assert.Equal(sent.ToArray(), await receiving.WaitAsync(Patience));

        // The other direction goes on.
        await pair.Peer.SendAsync(new byte[] { 7 });
        Assert.Equal([7], (await pair.Connection.Transport.Input.ReadAsync()).Buffer.ToArray());
    }

    [Fact]
    public async Task Flush_PeerDoesNotRead_EndsWithTheAbort()
    {
        await using var pair = await SocketPair.ConnectAsync();
        var output = pair.Connection.Transport.Output;
        var input = pair.Connection.Transport.Input;
        var reading = input.ReadAsync().AsTask();
        ValueTask<FlushResult> flush;
        do
        {
            output.Write(new byte[64 * 1024]);
            flush = output.FlushAsync();
        }
        while (flush.IsCompleted);

        pair.Connection.Abort(new ConnectionAbortedException("enough"));
        Assert.True((await flush.AsTask().WaitAsync(Patience)).IsCompleted);
        var failure = await Assert.ThrowsAsync<ConnectionAbortedException>(() => reading.WaitAsync(Patience));
        Assert.Equal("enough", failure.Message);
        Assert.True((await output.WriteAsync(new byte[1])).IsCompleted);
    }

    [Fact]
    public async Task Peer_Resets_ReaderAndWriterHearOfIt()
    {
        await using var pair = await SocketPair.ConnectAsync();
        var closed = new TaskCompletionSource();
        using var registration = pair.Connection.ConnectionClosed.Register(closed.SetResult);
        var read = pair.Connection.Transport.Input.ReadAsync().AsTask();
        pair.Peer.Close(timeout: 0);
        await Assert.ThrowsAsync<ConnectionResetException>(() => read.WaitAsync(Patience));
        await closed.Task.WaitAsync(Patience);
        var output = pair.Connection.Transport.Output;
        FlushResult result;
        do
            result = await output.WriteAsync(new byte[100]);
        while (!result.IsCompleted);
    }

    [Fact]
    public async Task Peer_EndsItsDirection_ReaderGetsTheEndAndAnswersArrive()
    {
        await using var pair = await SocketPair.ConnectAsync();
        await pair.Peer.SendAsync(new byte[] { 1 });
        pair.Peer.Shutdown(SocketShutdown.Send);
        var input = pair.Connection.Transport.Input;
        var result = await input.ReadAsync();
        Assert.Equal([1], result.Buffer.ToArray());
        input.AdvanceTo(result.Buffer.End);
        Assert.True((await input.ReadAsync()).IsCompleted);
        await pair.Connection.Transport.Output.WriteAsync(new byte[] { 2 });
        Assert.Equal([2], await pair.ReceiveAsync(1));
    }

    [Fact]
    public async Task Connection_BothDirectionsDone_IsClosed()
    {
        await using var pair = await SocketPair.ConnectAsync();
        var read = pair.Connection.Transport.Input.ReadAsync().AsTask();
        await pair.Connection.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => read.WaitAsync(Patience));
        Assert.Empty(await pair.ReceiveAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task Connection_AbortedWhileRead_EndsTheRead()
    {
        await using var pair = await SocketPair.ConnectAsync();
        var read = pair.Connection.Transport.Input.ReadAsync().AsTask();
        pair.Connection.Abort(new ConnectionAbortedException("too slow"));
        var error = await Assert.ThrowsAsync<ConnectionAbortedException>(() => read.WaitAsync(Patience));
        Assert.Equal("too slow", error.Message);
    }

    [Fact]
    public async Task Peer_SendsAndEndsAtOnce_ReaderGetsBoth()
    {
        for (var i = 0; i < 300; i++)
        {
            await using var pair = await SocketPair.ConnectAsync();
            var sent = RandomBytes(1 + (i * 37));
            var input = pair.Connection.Transport.Input;
            var read = input.ReadAsync();
            await pair.Peer.SendAsync(sent);
            pair.Peer.Shutdown(SocketShutdown.Send);
            var result = await read.AsTask().WaitAsync(Patience);
            while (!result.IsCompleted)
            {
                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                result = await input.ReadAsync().AsTask().WaitAsync(Patience);
            }

            Assert.Equal(sent, result.Buffer.ToArray());
        }
    }

    [Fact]
    public async Task Readers_ThatKeepTheirThreads_DoNotStopOthers()
    {
        // Each goes on within the call that brings its byte, and lets go only when the last one has read.
        const int blocked = 4;
        using var last = new ManualResetEventSlim();
        var pairs = new List<SocketPair>();
        var kept = new List<Task<bool>>();
        for (var i = 0; i <= blocked; i++)
        {
            var pair = await SocketPair.ConnectAsync();
            pairs.Add(pair);
            kept.Add(i < blocked ? KeepAsync(pair, last) : LastAsync(pair, last));
            await pair.Peer.SendAsync(new byte[] { 1 });
        }

        Assert.All(await Task.WhenAll(kept).WaitAsync(2 * Patience), Assert.True);
        foreach (var pair in pairs)
            await pair.DisposeAsync();
    }

    [Fact]
    public async Task Listener_Unbound_AcceptsNoMore()
    {
        var listener = await SocketPair.Transport().BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var accept = listener.AcceptAsync().AsTask();
        await listener.UnbindAsync();
        Assert.Null(await accept.WaitAsync(Patience));
    }

    [Fact]
    public async Task Address_InUse_IsSaid()
    {
        var transport = SocketPair.Transport();
        await using var listener = await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await Assert.ThrowsAsync<AddressInUseException>(async () => await transport.BindAsync(listener.EndPoint));
    }

    [Fact]
    public void Addresses_NotAnnounced_StayWithKestrel()
    {
        var transport = SocketPair.Transport();
        var (ours, other) = (new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, 1));
        var path = new UnixDomainSocketEndPoint("/tmp/x");
        transport.Announce(ours);
        transport.Announce(path);
        Assert.True(transport.CanBind(ours));
        Assert.False(transport.CanBind(other));
        Assert.False(transport.CanBind(path));
    }

    private static async Task<bool> KeepAsync(SocketPair pair, ManualResetEventSlim last)
    {
        await pair.Connection.Transport.Input.ReadAsync().ConfigureAwait(false);
        return last.Wait(Patience);
    }

    private static async Task<bool> LastAsync(SocketPair pair, ManualResetEventSlim last)
    {
        await pair.Connection.Transport.Input.ReadAsync().ConfigureAwait(false);
        last.Set();
        return true;
    }

    private static byte[] RandomBytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
