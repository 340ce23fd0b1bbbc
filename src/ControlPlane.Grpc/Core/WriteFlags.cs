namespace Grpc.Core;

/// <summary>Hints for a write.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>More writes follow soon, the message may wait for them. Every write is flushed here, since the flush is what bounds memory.</summary>
    BufferHint = 0x1,

    /// <summary>The message must not be compressed. Messages are always sent uncompressed here.</summary>
    NoCompress = 0x2,
}
