using System.Buffers;

namespace ControlPlane.Http2.Streams;

/// <summary>A block of a body that waits to be read.</summary>
internal sealed class BodySegment : ReadOnlySequenceSegment<byte>
{
    private IMemoryOwner<byte>? _owner;
    private Memory<byte> _memory;

    /// <summary>Bytes in it.</summary>
    public int Length => Memory.Length;

    /// <summary>The one behind it.</summary>
    public BodySegment? Following => (BodySegment?)Next;

    /// <summary>Takes as much as has room, into a block of the pool.</summary>
    /// <returns>Bytes taken.</returns>
    public int Append(ReadOnlySpan<byte> data, MemoryPool<byte> pool)
    {
        if (_owner is null)
        {
            _owner = pool.Rent();
            _memory = _owner.Memory;
        }

        var length = Length;
        var taken = Math.Min(data.Length, _memory.Length - length);
        data[..taken].CopyTo(_memory.Span[length..]);
        Memory = _memory[..(length + taken)];
        return taken;
    }

    /// <summary>Puts another one behind it.</summary>
    public void Follow(BodySegment next)
    {
        next.RunningIndex = RunningIndex + Length;
        Next = next;
    }

    /// <summary>Gives the block back; it is as new, and alone.</summary>
    public void Reset()
    {
        _owner?.Dispose();
        (_owner, _memory, Memory, RunningIndex, Next) = (null, default, default, 0, null);
    }
}
