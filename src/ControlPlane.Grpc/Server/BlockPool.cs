using System.Buffers;
using System.Collections.Concurrent;

namespace ControlPlane.Grpc.Server;

/// <summary>
/// The memory that connections read into and write from: blocks of one size, of which a bounded number is kept for reuse.
/// Kestrel's own pool keeps all that were ever in use at the same time, which after a wave of a thousand connecting clients is more
/// than all streams need together.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    // Kestrel's transport and pipes are made for pages.
    private const int BlockSize = 4096;

    // 4 MiB at most wait for use.
    private const int MaxFree = 1024;

    // Gives a thread what it gave back last: that is in the processor's cache, where one after the other of a queue would not be.
    private readonly ConcurrentBag<Block> _free = [];
    private int _freeCount;

    /// <inheritdoc/>
    public override int MaxBufferSize => BlockSize;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
        if (!_free.TryTake(out var block))
            return new Block(this);
        Interlocked.Decrement(ref _freeCount);
        return block;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _free.Clear();

    private void Return(Block block)
    {
        if (Interlocked.Increment(ref _freeCount) <= MaxFree)
            _free.Add(block);
        else
            Interlocked.Decrement(ref _freeCount);
    }

    private sealed class Block : IMemoryOwner<byte>
    {
        private readonly BlockPool _pool;

        public Block(BlockPool pool)
        {
            _pool = pool;
            // Not pinned: the pinned heap is never compacted, so a few blocks in use would hold all that a wave of clients has left.
            Memory = GC.AllocateUninitializedArray<byte>(BlockSize);
        }

        public Memory<byte> Memory { get; }

        public void Dispose() => _pool.Return(this);
    }
}
