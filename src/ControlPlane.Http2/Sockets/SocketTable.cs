using System.Collections.Concurrent;

namespace ControlPlane.Http2.Sockets;

/// <summary>The readers of all sockets by the keys that the kernel's events bear. A key is given once: an event of a socket that is gone finds nobody.</summary>
internal sealed class SocketTable
{
    private readonly Lock _gate = new();
    private readonly Stack<int> _free = new();
    private Slot[] _slots = new Slot[64];
    private int _used;

    /// <summary>Takes a reader in.</summary>
    /// <returns>Its key.</returns>
    public ulong Add(SocketInput reader)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out var index))
            {
                index = _used++;
                if (index == _slots.Length)
                    Array.Resize(ref _slots, 2 * index);
            }

            ref var slot = ref _slots[index];
            slot.Reader = reader;
            return (ulong)++slot.Generation << 32 | (uint)index;
        }
    }

    /// <summary>Forgets a reader. To be called once.</summary>
    public void Remove(ulong key)
    {
        lock (_gate)
        {
            _slots[(uint)key].Reader = null;
            _free.Push((int)(uint)key);
        }
    }

    /// <summary>Adds what the kernel has said to a queue, for readers that are still there.</summary>
    public void Find(Epoll epoll, int count, ConcurrentQueue<SocketEvent> events)
    {
        lock (_gate)
        {
            for (var i = 0; i < count; i++)
            {
                var (key, isLast) = epoll.Event(i);
                ref var slot = ref _slots[(uint)key];
                if (slot.Generation == (uint)(key >> 32) && slot.Reader is { } reader)
                    events.Enqueue(new SocketEvent(reader, isLast));
            }
        }
    }

    private struct Slot
    {
        public SocketInput? Reader;
        public uint Generation;
    }
}
