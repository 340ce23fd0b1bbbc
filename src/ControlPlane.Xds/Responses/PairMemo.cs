using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ControlPlane.Xds.Responses;

/// <summary>
/// Remembers values by the identity of two objects and a key, as long as both objects live: it keeps neither of them alive, so that
/// a chain of configurations is not held by the differences computed between them. A value is computed once even if many threads
/// ask at the same time.
/// </summary>
/// <typeparam name="TKey">What else the value depends on; kept alive by the second object, so it may not refer to the first.</typeparam>
/// <typeparam name="TValue">The values; they may not refer to the two objects either.</typeparam>
internal sealed class PairMemo<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    private readonly ConditionalWeakTable<object, ConditionalWeakTable<object, ConcurrentDictionary<TKey, Lazy<TValue>>>> _values = new();

    // What was asked last is mostly asked next: the streams of a class are told one after the other. It alone keeps its objects alive.
    private Answer? _last;

    /// <summary>The value of these keys, computed if it is not known.</summary>
    /// <param name="first">The one object.</param>
    /// <param name="second">The other.</param>
    /// <param name="key">What else the value depends on.</param>
    /// <param name="state">What to compute it from: nearly all that ask are given what is known, and need no object for what they don't compute.</param>
    /// <param name="compute">Computes it.</param>
    public TValue GetOrAdd<TState>(object first, object second, TKey key, TState state, Func<TState, TValue> compute)
    {
        if (Volatile.Read(ref _last) is { } last && ReferenceEquals(last.First, first) && ReferenceEquals(last.Second, second) && last.Key.Equals(key))
            return last.Value;
        var value = Find(first, second, key, state, compute);
        Volatile.Write(ref _last, new Answer(first, second, key, value));
        return value;
    }

    // For itself, since it makes an object for what it may have to compute.
    private TValue Find<TState>(object first, object second, TKey key, TState state, Func<TState, TValue> compute)
    {
        var values = _values.GetValue(first, static _ => new()).GetValue(second, static _ => new());
        return (values.TryGetValue(key, out var known) ? known : values.GetOrAdd(key, new Lazy<TValue>(() => compute(state)))).Value;
    }

    private sealed record Answer(object First, object Second, TKey Key, TValue Value);
}
