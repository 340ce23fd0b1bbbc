namespace ControlPlane.Http2.Streams;

/// <summary>What waits to be sent, in order. Mostly it is one segment, for which no queue is made or looked at.</summary>
internal struct OutputSegments
{
    private OutputSegment? _first;
    private Queue<OutputSegment>? _others;

    /// <summary>The first; null where nothing waits.</summary>
    public readonly OutputSegment? First => _first;

    /// <summary>Adds one behind all others.</summary>
    public void Add(OutputSegment segment)
    {
        if (_first is null)
            _first = segment;
        else
            (_others ??= new Queue<OutputSegment>()).Enqueue(segment);
    }

    /// <summary>So many bytes of the first are sent; the memory of one that is sent as a whole goes back.</summary>
    public void TakeOfFirst(int bytes)
    {
        var (owner, rest) = _first!.Value;
        if (bytes < rest.Length)
        {
            _first = new OutputSegment(owner, rest[bytes..]);
            return;
        }

        owner?.Dispose();
        OutputSegment next = default;
        _first = _others?.TryDequeue(out next) == true ? next : null;
    }

    /// <summary>Forgets everything; its memory goes back.</summary>
    public void Clear()
    {
        while (_first is { } segment)
            TakeOfFirst(segment.Rest.Length);
        _others = null;
    }
}
