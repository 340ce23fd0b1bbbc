using System.Diagnostics;

namespace ControlPlane.Http2.Hpack;

/// <summary>The fields that the peer's encoder may refer to (RFC 7541, 2.3.2 and 4): a ring, the oldest leave when there is no room.</summary>
/// <param name="maxSize">The most octets, counted as <see cref="Size"/> is.</param>
internal sealed class DynamicTable(int maxSize)
{
    /// <summary>What an entry counts beyond its name and value (RFC 7541, 4.1).</summary>
    public const int EntryOverhead = 32;

    private const int FirstCapacity = 8;

    // The length is a power of two, or 0 until there is an entry.
    private (string Name, string Value)[] _ring = [];
    private int _newest;

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>The octets of all entries' names and values, and <see cref="EntryOverhead"/> for each.</summary>
    public int Size { get; private set; }

    /// <summary>The most that <see cref="Size"/> may be at present.</summary>
    public int MaxSize { get; private set; } = maxSize;

    /// <summary>An entry by its age: 0 is the newest.</summary>
    public (string Name, string Value) Get(int age)
    {
        Debug.Assert((uint)age < (uint)Count, "the caller knows the count");
        return _ring[(_newest - age) & (_ring.Length - 1)];
    }

    /// <summary>Adds an entry whose strings have a char for each octet. One that is larger than the table empties it and is not added (RFC 7541, 4.4).</summary>
    public void Add(string name, string value)
    {
        long size = (long)name.Length + value.Length + EntryOverhead;
        if (size > MaxSize)
        {
            Clear();
            return;
        }

        EvictUntil(MaxSize - (int)size);
        if (Count == _ring.Length)
        {
            Grow();
        }

        _newest = (_newest + 1) & (_ring.Length - 1);
        _ring[_newest] = (name, value);
        Count++;
        Size += (int)size;
    }

    /// <summary>Changes the most it may hold; entries leave until it holds no more than that.</summary>
    public void Resize(int maxSize)
    {
        MaxSize = maxSize;
        EvictUntil(maxSize);
        if (maxSize < EntryOverhead)
        {
            _ring = [];
        }
    }

    /// <summary>Lets all entries go.</summary>
    public void Clear() => EvictUntil(0);

    private void EvictUntil(int size)
    {
        while (Size > size)
        {
            ref var oldest = ref _ring[(_newest - Count + 1) & (_ring.Length - 1)];
            Size -= oldest.Name.Length + oldest.Value.Length + EntryOverhead;
            Count--;
            oldest = default;
        }
    }

    private void Grow()
    {
        var larger = new (string Name, string Value)[Math.Max(FirstCapacity, _ring.Length * 2)];
        for (int age = 0; age < Count; age++)
        {
            larger[Count - 1 - age] = Get(age);
        }

        _ring = larger;
        _newest = (Count - 1) & (larger.Length - 1);
    }
}
