using System.Buffers;
using ControlPlane.Grpc;
using ControlPlane.Model.Delivery;

namespace ControlPlane.Xds.Responses;

/// <summary>
/// A response but for its nonce: the bytes of the resources as they are, by reference, and between them the little that the message
/// puts around each.
/// </summary>
internal sealed class EncodedBody
{
    // A body of this size is put together once, and not again for each stream.
    private const int SmallSize = 4096;

    private readonly IReadOnlyList<EncodedResource> _resources;
    private readonly ReadOnlyMemory<byte> _glue;
    private readonly int[] _glueEnds;
    private readonly byte[]? _whole;

    /// <summary>Makes a body.</summary>
    /// <param name="resources">The resources.</param>
    /// <param name="glue">What stands before the first resource, between two, and behind the last, one after the other.</param>
    /// <param name="glueEnds">Where each part of the glue ends; one more than there are resources.</param>
    public EncodedBody(IReadOnlyList<EncodedResource> resources, ReadOnlyMemory<byte> glue, int[] glueEnds)
    {
        _resources = resources;
        _glue = glue;
        _glueEnds = glueEnds;
        Length = glue.Length + resources.Sum(r => r.Body.Length);
        if (Length > SmallSize)
            return;
        var whole = new ArrayBufferWriter<byte>(Math.Max(Length, 1));
        WriteParts(whole, shared: null);
        _whole = whole.WrittenSpan.ToArray();
    }

    /// <summary>Bytes of the body.</summary>
    public int Length { get; }

    /// <summary>Writes the body.</summary>
    public void WriteTo(IBufferWriter<byte> target)
    {
        var shared = target as ISharedSegmentWriter;
        if (_whole is null)
            WriteParts(target, shared);
        else
            Write(target, shared, _whole);
    }

    private void WriteParts(IBufferWriter<byte> target, ISharedSegmentWriter? shared)
    {
        var start = 0;
        for (var i = 0; i <= _resources.Count; i++)
        {
            Write(target, shared, _glue[start.._glueEnds[i]]);
            start = _glueEnds[i];
            if (i < _resources.Count)
                Write(target, shared, _resources[i].Body);
        }
    }

    private static void Write(IBufferWriter<byte> target, ISharedSegmentWriter? shared, ReadOnlyMemory<byte> segment)
    {
        if (segment.IsEmpty)
            return;
        if (shared is not null)
            shared.WriteShared(segment);
        else
            target.Write(segment.Span);
    }
}
