using System.Buffers;

namespace ControlPlane.Http2.Streams;

/// <summary>Memory to read into or to write from.</summary>
/// <param name="Owner">Where it goes when it is done with; null for the garbage collector.</param>
/// <param name="Memory">The memory.</param>
internal readonly record struct MemoryBlock(IMemoryOwner<byte>? Owner, Memory<byte> Memory)
{
    /// <summary>Bytes of a block for what is mostly a small message.</summary>
    public const int Small = 4096;

    /// <summary>Bytes of a block where there is more: it passes the kernel in few pieces.</summary>
    public const int Large = 64 * 1024;

    /// <summary>At least so many bytes: of the pool, unless it has none so large.</summary>
    public static MemoryBlock Rent(MemoryPool<byte> pool, int size)
    {
        if (size > pool.MaxBufferSize)
            return new MemoryBlock(null, new byte[size]);
        var owner = pool.Rent(size);
        return new MemoryBlock(owner, owner.Memory);
    }

    /// <summary>Gives the memory back.</summary>
    public void Return() => Owner?.Dispose();
}
