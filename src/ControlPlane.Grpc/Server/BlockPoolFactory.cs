using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace ControlPlane.Grpc.Server;

/// <summary>Gives the server a <see cref="BlockPool"/> wherever it asks for a pool.</summary>
internal sealed class BlockPoolFactory : IMemoryPoolFactory<byte>
{
    /// <inheritdoc/>
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new BlockPool();
}
