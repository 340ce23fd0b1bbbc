using System.Collections.Concurrent;

namespace ControlPlane.Xds.Diagnostics;

/// <summary>
/// The streams that are connected now. Streams are told apart by their own number: two with one node id, as in a reconnect, are two
/// (X8). Safe for concurrent use.
/// </summary>
public sealed class StreamRegistry
{
    private readonly ConcurrentDictionary<long, IStreamStatusSource> _streams = new();
    private long _last;

    /// <summary>How many streams are connected.</summary>
    public int Count => _streams.Count;

    /// <summary>All connected streams, oldest first.</summary>
    public IReadOnlyList<StreamStatus> List() => [.. _streams.OrderBy(s => s.Key).Select(s => s.Value.GetStatus())];

    /// <summary>A number that no other stream of this process has.</summary>
    internal long NextId() => Interlocked.Increment(ref _last);

    internal void Add(long id, IStreamStatusSource stream) => _streams[id] = stream;

    internal void Remove(long id) => _streams.TryRemove(id, out _);
}
