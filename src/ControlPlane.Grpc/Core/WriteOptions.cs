namespace Grpc.Core;

/// <summary>Hints for the writes of a stream.</summary>
public class WriteOptions
{
    /// <summary>No hints.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>Creates hints.</summary>
    /// <param name="flags">The hints.</param>
    public WriteOptions(WriteFlags flags = default)
    {
        Flags = flags;
    }

    /// <summary>The hints.</summary>
    public WriteFlags Flags { get; }
}
