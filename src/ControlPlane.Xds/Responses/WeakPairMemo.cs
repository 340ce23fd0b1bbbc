using System.Runtime.CompilerServices;

namespace ControlPlane.Xds.Responses;

/// <summary>
/// Like <see cref="PairMemo{TKey,TValue}"/>, for values that refer to what they were computed from or are it: a value is forgotten when
/// nobody uses it.
/// </summary>
/// <typeparam name="TKey">What else the value depends on; kept alive by the second object.</typeparam>
/// <typeparam name="TValue">The values.</typeparam>
internal sealed class WeakPairMemo<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    private readonly ConditionalWeakTable<object, ConditionalWeakTable<object, Dictionary<TKey, WeakReference<TValue>>>> _values = new();

    /// <summary>The value of these keys, computed if it is not known or nobody has it any more.</summary>
    public TValue GetOrAdd(object first, object second, TKey key, Func<TValue> compute)
    {
        var values = _values.GetValue(first, static _ => new()).GetValue(second, static _ => []);
        lock (values)
        {
            if (values.TryGetValue(key, out var reference) && reference.TryGetTarget(out var known))
                return known;
            var value = compute();
            values[key] = new WeakReference<TValue>(value);
            return value;
        }
    }
}
