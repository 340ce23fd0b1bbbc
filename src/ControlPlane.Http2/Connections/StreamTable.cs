using ControlPlane.Http2.Streams;

namespace ControlPlane.Http2.Connections;

/// <summary>The open streams of a connection, and which of those that we have reset it may still be sending to. Under the connection's gate.</summary>
internal struct StreamTable
{
    // A client's trailers may cross our reset; more of them at a time it will hardly have.
    private const int Remembered = 64;

    private readonly Dictionary<int, Http2Stream> _open = [];
    private Queue<int>? _reset;
    private Http2Stream? _found;

    /// <summary>Makes an empty table.</summary>
    public StreamTable()
    {
    }

    /// <summary>The largest number that a client's stream has had.</summary>
    public int LastId { get; private set; }

    /// <summary>How many are open.</summary>
    public int Count { get; private set; }

    /// <summary>What the open streams send.</summary>
    public readonly IEnumerable<StreamOutput> Outputs => _open.Values.Select(static stream => stream.Output);

    /// <summary>The open streams, as they are now.</summary>
    public readonly Http2Stream[] Snapshot() => [.. _open.Values];

    /// <summary>An open stream; null for another.</summary>
    public Http2Stream? Find(int id)
    {
        // Most connections have one, and its frames come one after the other.
        if (_found?.Id != id)
            _found = _open.GetValueOrDefault(id);
        return _found;
    }

    /// <summary>A number is used, for a stream that is open or for one that was refused.</summary>
    public void Use(int id) => LastId = id;

    /// <summary>Adds a stream.</summary>
    public void Add(Http2Stream stream)
    {
        _open.Add(stream.Id, stream);
        Count = _open.Count;
    }

    /// <summary>Takes a stream out that has ended.</summary>
    public void Remove(int id)
    {
        _open.Remove(id);
        Count = _open.Count;
        _found = null;
    }

    /// <summary>Remembers that we have reset a stream, or refused it.</summary>
    public void RememberReset(int id)
    {
        _reset ??= new Queue<int>();
        if (_reset.Count == Remembered)
            _reset.Dequeue();
        _reset.Enqueue(id);
    }

    /// <summary>Whether we have reset a stream lately.</summary>
    public readonly bool WasReset(int id) => _reset?.Contains(id) == true;
}
