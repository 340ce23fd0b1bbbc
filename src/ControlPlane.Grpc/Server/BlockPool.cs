using System.Buffers;
using System.Collections.Concurrent;

namespace ControlPlane.Grpc.Server;

/// <summary>
/// The memory that connections read into and write from: blocks of two sizes, of which a bounded number is kept for reuse.
/// Kestrel's own pool keeps all that were ever in use at the same time, which after a wave of a thousand connecting clients is more
/// than all streams need together.
/// </summary>
internal sealed class BlockPool : MemoryPool<byte>
{
    /// <summary>
    /// Bytes of a large block: a chunk of a large message (see <see cref="Wire.MessageWriter"/>) with the headers of its frames, in pages.
    /// </summary>
    public const int LargeBlockSize = 68 * 1024;

    // Kestrel's transport and pipes are made for pages.
    private const int BlockSize = 4096;

    // Of either size, 4 MiB at most wait for use.
    private const int MaxFreeBytes = 4 * 1024 * 1024;

    // What the thread gave back last: most blocks are used for one message and on one thread.
    [ThreadStatic]
    private static Block? t_last;

    private readonly Shelf _blocks = new(BlockSize);
    private readonly Shelf _largeBlocks = new(LargeBlockSize);

    /// <inheritdoc/>
    public override int MaxBufferSize => LargeBlockSize;

    /// <inheritdoc/>
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, LargeBlockSize);
        return minBufferSize <= BlockSize ? _blocks.Rent() : _largeBlocks.Rent();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _blocks.Clear();
        _largeBlocks.Clear();
    }

    // The blocks of one size that wait for use.
    private sealed class Shelf(int size)
    {
        // Gives a thread what it gave back last: that is in the processor's cache, where one after the other of a queue would not be.
        private readonly ConcurrentBag<Block> _free = [];
        private int _freeCount;

        public Block Rent()
        {
            if (t_last is { } last && last.Shelf == this)
            {
                t_last = null;
                return last;
            }

            if (!_free.TryTake(out var block))
                return new Block(this, size);
            Interlocked.Decrement(ref _freeCount);
            return block;
        }

        public void Return(Block block)
        {
            if (t_last is null)
                t_last = block;
            else if (Interlocked.Increment(ref _freeCount) <= MaxFreeBytes / size)
                _free.Add(block);
            else
                Interlocked.Decrement(ref _freeCount);
        }

        public void Clear() => _free.Clear();
    }

    private sealed class Block : IMemoryOwner<byte>
    {
        public Block(Shelf shelf, int size)
        {
            Shelf = shelf;
            // Not pinned: the pinned heap is never compacted, so a few blocks in use would hold all that a wave of clients has left.
            Memory = GC.AllocateUninitializedArray<byte>(size);
        }

        public Shelf Shelf { get; }

        public Memory<byte> Memory { get; }

        public void Dispose() => Shelf.Return(this);
    }
}
