using System.Buffers;

namespace ControlPlane.Grpc.Wire;

/// <summary>The segments of one message before it is sent: references to foreign memory, and rented arrays for what is written here.</summary>
internal sealed class GatherBuffer
{
    private const int ArraySize = 16 * 1024;

    private List<ReadOnlyMemory<byte>>? _segments;
    private List<byte[]>? _rented;
    private byte[] _current = [];
    private int _start;
    private int _end;

    /// <summary>Room for at least <paramref name="sizeHint"/> bytes (at least one).</summary>
    public Memory<byte> GetMemory(int sizeHint)
    {
        if (_current.Length - _end < Math.Max(sizeHint, 1))
        {
            CloseCurrent();
            _current = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, ArraySize));
            (_rented ??= []).Add(_current);
            _start = _end = 0;
        }

        return _current.AsMemory(_end);
    }

    /// <summary>Takes the bytes written to the memory given last.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _current.Length - _end);
        _end += count;
    }

    /// <summary>Appends foreign memory by reference.</summary>
    public void Append(ReadOnlyMemory<byte> segment)
    {
        CloseCurrent();
        (_segments ??= []).Add(segment);
    }

    /// <summary>All segments in order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Seal()
    {
        CloseCurrent();
        return _segments is null ? [] : _segments;
    }

    /// <summary>Forgets the message and gives the rented arrays back.</summary>
    public void Clear()
    {
        foreach (var array in _rented ?? [])
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        // Dropped rather than cleared: an idle stream should hold nothing.
        _rented = null;
        _segments = null;
        _current = [];
        _start = _end = 0;
    }

    private void CloseCurrent()
    {
        if (_end > _start)
        {
            (_segments ??= []).Add(_current.AsMemory(_start, _end - _start));
            _start = _end;
        }
    }
}
