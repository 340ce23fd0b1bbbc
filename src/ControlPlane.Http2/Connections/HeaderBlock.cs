using System.Buffers;
using ControlPlane.Http2.Frames;

namespace ControlPlane.Http2.Connections;

/// <summary>Joins the fragments of a header block (HEADERS, then CONTINUATION; RFC 9113, 4.3), within bounds (CVE-2024-27316).</summary>
/// <param name="limit">Bytes that a block may have.</param>
internal struct HeaderBlock(int limit)
{
    private const int MaxFragments = 64;

    private ArrayBufferWriter<byte>? _fragments;
    private int _count;

    /// <summary>The stream whose block is not complete; 0 for none.</summary>
    public int StreamId { get; private set; }

    /// <summary>Whether the stream ends with this block.</summary>
    public bool EndStream { get; private set; }

    /// <summary>What has come.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _fragments is null ? [] : _fragments.WrittenSpan;

    /// <summary>A block begins that one frame does not hold, or that lies in pieces.</summary>
    public void Begin(int streamId, bool endStream, in ReadOnlySequence<byte> fragment)
    {
        (StreamId, EndStream, _count) = (streamId, endStream, 0);
        _fragments = new ArrayBufferWriter<byte>(Math.Max((int)fragment.Length, 1));
        Append(fragment);
    }

    /// <summary>It goes on.</summary>
    /// <exception cref="Http2ConnectionException">It has no end.</exception>
    public void Append(in ReadOnlySequence<byte> fragment)
    {
        if (++_count > MaxFragments || Bytes.Length + fragment.Length > limit)
            throw new Http2ConnectionException(ErrorCode.EnhanceYourCalm, $"a header block of more than {limit} bytes or {MaxFragments} frames");
        foreach (var part in fragment)
            _fragments!.Write(part.Span);
    }

    /// <summary>It is over.</summary>
    public void Clear()
    {
        StreamId = 0;
        _fragments = null;
    }
}
