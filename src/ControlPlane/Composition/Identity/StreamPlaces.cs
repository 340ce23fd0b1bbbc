using System.Collections.Concurrent;
using ControlPlane.Security.Identities;

namespace ControlPlane.Composition.Identity;

/// <summary>
/// How many streams one proven proxy has open. A proxy needs one, another while it changes over; one that opens streams without end would take
/// the memory of all. Safe for concurrent use.
/// </summary>
internal sealed class StreamPlaces
{
    /// <summary>The most streams of one identity and node. Those of connections that died unseen count until a ping has found out.</summary>
    public const int MaxOfProxy = 4;

    private readonly ConcurrentDictionary<(SpiffeId Identity, string Node), int> _taken = new();

    /// <summary>Takes a place; dispose it with the stream. Null where all are taken.</summary>
    public IDisposable? TryTake(SpiffeId identity, string node)
    {
        var key = (identity, node);
        while (true)
        {
            var taken = _taken.GetOrAdd(key, 0);
            if (taken >= MaxOfProxy)
                return null;
            if (_taken.TryUpdate(key, taken + 1, taken))
                return new Place(this, key);
        }
    }

    private void Release((SpiffeId Identity, string Node) key)
    {
        while (_taken.TryGetValue(key, out var taken))
        {
            if (taken > 1 ? _taken.TryUpdate(key, taken - 1, taken) : _taken.TryRemove(KeyValuePair.Create(key, taken)))
                return;
        }
    }

    private sealed class Place(StreamPlaces places, (SpiffeId Identity, string Node) key) : IDisposable
    {
        private StreamPlaces? _places = places;

        public void Dispose() => Interlocked.Exchange(ref _places, null)?.Release(key);
    }
}
