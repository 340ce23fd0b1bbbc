using System.IO.Pipelines;
using ControlPlane.Grpc.Tests.Support;
using ControlPlane.Grpc.Wire;
using Grpc.Core;

namespace ControlPlane.Grpc.Tests.Wire;

public sealed class WriteTurnsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly ManualTime _time = new();

    [Fact]
    public async Task Take_MoreThanTheLimit_WaitInTheOrderInWhichTheyCame()
    {
        using var turns = new WriteTurns(_time, limit: 1);
        var writers = new[] { new WriteTurn(), new WriteTurn(), new WriteTurn() };
        var takes = writers.Select(writer => turns.TakeAsync(writer, CancellationToken.None).AsTask()).ToArray();
        Assert.Equal([true, false, false], takes.Select(take => take.IsCompleted));
        turns.GiveBack(writers[0]);
        await takes[1].WaitAsync(Limit);
        Assert.False(takes[2].IsCompleted);
        turns.GiveBack(writers[1]);
        await takes[2].WaitAsync(Limit);
    }

    [Fact]
    public async Task Take_HolderWaitsForItsPeer_HolderLosesItsTurn()
    {
        using var turns = new WriteTurns(_time, limit: 1);
        var (slow, next) = (new WriteTurn(), new WriteTurn());
        Assert.True(turns.TakeAsync(slow, CancellationToken.None).IsCompleted);
        turns.BeginFlush(slow);
        var take = turns.TakeAsync(next, CancellationToken.None).AsTask();
        _time.Advance(WriteTurns.Patience);
        await take.WaitAsync(Limit);

        // It comes back as one of those that wait.
        turns.EndFlush(slow);
        var again = turns.TakeAsync(slow, CancellationToken.None).AsTask();
        Assert.False(again.IsCompleted);
        turns.GiveBack(next);
        await again.WaitAsync(Limit);
    }

    [Fact]
    public void Take_HolderWorks_KeepsItsTurn()
    {
        using var turns = new WriteTurns(_time, limit: 1);
        var (busy, next) = (new WriteTurn(), new WriteTurn());
        Assert.True(turns.TakeAsync(busy, CancellationToken.None).IsCompleted);
        turns.BeginFlush(busy);
        turns.EndFlush(busy);
        var take = turns.TakeAsync(next, CancellationToken.None);
        _time.Advance(WriteTurns.Patience * 10);
        Assert.False(take.IsCompleted);
        Assert.True(turns.TakeAsync(busy, CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task Take_CancelledWhileWaiting_TurnGoesToTheNext()
    {
        using var turns = new WriteTurns(_time, limit: 1);
        var (first, gone, next) = (new WriteTurn(), new WriteTurn(), new WriteTurn());
        Assert.True(turns.TakeAsync(first, CancellationToken.None).IsCompleted);
        using var cancellation = new CancellationTokenSource();
        var cancelled = turns.TakeAsync(gone, cancellation.Token).AsTask();
        var take = turns.TakeAsync(next, CancellationToken.None).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        turns.GiveBack(first);
        await take.WaitAsync(Limit);
    }

    [Fact]
    public async Task Write_ManyPeersAreSlow_GivesThemSmallerChunks()
    {
        const int Count = 100;
        using var turns = new WriteTurns(_time, limit: 1);
        var pipes = Enumerable.Range(0, Count).Select(_ => new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1))).ToArray();
        var writes = pipes.Select(pipe => new MessageWriter(pipe.Writer, null, null, turns).WriteAsync(new byte[200_000], Bytes, CancellationToken.None).AsTask()).ToArray();
        Assert.False(turns.ManyAreSlow);
        var sizes = new List<long>();
        foreach (var pipe in pipes)
        {
            // Each comes to its turn when the one before has lost it.
            var read = await pipe.Reader.ReadAsync().AsTask().WaitAsync(Limit);
            sizes.Add(read.Buffer.Length);
            pipe.Reader.AdvanceTo(read.Buffer.Start);
            _time.Advance(WriteTurns.Patience);
        }

        Assert.True(turns.ManyAreSlow);
        Assert.Equal((64 * 1024, 32 * 1024), (sizes[0], sizes[^1]));
        Assert.Equal(sizes.OrderDescending(), sizes);
        foreach (var pipe in pipes)
            await pipe.Reader.CompleteAsync();
        await Task.WhenAll(writes.Select(write => Assert.ThrowsAsync<IOException>(() => write)));
        Assert.False(turns.ManyAreSlow);
    }

    [Fact]
    public void Timer_NobodyWaits_IsNotArmed()
    {
        using var turns = new WriteTurns(_time, limit: 1);
        var (first, next) = (new WriteTurn(), new WriteTurn());
        Assert.True(turns.TakeAsync(first, CancellationToken.None).IsCompleted);
        Assert.Equal(0, _time.ArmedTimers);
        _ = turns.TakeAsync(next, CancellationToken.None).AsTask();
        Assert.Equal(1, _time.ArmedTimers);
        turns.GiveBack(first);
        turns.GiveBack(next);
        _time.Advance(WriteTurns.Patience);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public async Task Write_NeighbourReadsNothing_IsWrittenAllTheSame()
    {
        using var turns = new WriteTurns(_time, limit: 1);
        var stalled = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var open = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var message = new byte[100_000];
        var blocked = new MessageWriter(stalled.Writer, null, null, turns).WriteAsync(message, Bytes, CancellationToken.None).AsTask();
        var write = new MessageWriter(open.Writer, null, null, turns).WriteAsync(message, Bytes, CancellationToken.None).AsTask();
        Assert.False(write.IsCompleted);
        _time.Advance(WriteTurns.Patience);
        await write.WaitAsync(Limit);
        Assert.False(blocked.IsCompleted);
        await stalled.Reader.CompleteAsync();
        await Assert.ThrowsAsync<IOException>(() => blocked);
    }

    [Fact]
    public async Task Write_CancelledBeforeItsTurn_LeavesTheStreamWhole()
    {
        using var turns = new WriteTurns(_time, limit: 1);
        Assert.True(turns.TakeAsync(new WriteTurn(), CancellationToken.None).IsCompleted);
        var pipe = new Pipe();
        var writer = new MessageWriter(pipe.Writer, null, null, turns);
        using var cancellation = new CancellationTokenSource();
        var write = writer.WriteAsync(new byte[100_000], Bytes, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        Assert.False(writer.IsBroken);
        await pipe.Writer.CompleteAsync();
        Assert.True(pipe.Reader.TryRead(out var result));
        Assert.True(result.Buffer.IsEmpty);
    }

    private static Marshaller<byte[]> Bytes { get; } = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
}
