namespace ControlPlane.Kubernetes.Resources;

/// <summary>
/// One copy of values that many objects have alike: the labels and ports of the Pods of one workload. Of values that share a slot the last
/// is kept, so that it is bounded however many there are. Thread-safe: a lost race costs a copy.
/// </summary>
internal sealed class ValuePool<T>
    where T : class
{
    private const int Slots = 1 << 12;

    private readonly T?[] _values = new T?[Slots];

    /// <summary>An equal value, mostly one that others hold already.</summary>
    public T Share(T value)
    {
        ref var slot = ref _values[value.GetHashCode() & (Slots - 1)];
        var known = Volatile.Read(ref slot);
        if (known is not null && known.Equals(value))
            return known;
        Volatile.Write(ref slot, value);
        return value;
    }
}
