using System.Runtime.CompilerServices;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Responses;

namespace ControlPlane.Xds.Subscriptions;

/// <summary>
/// Operations on name sets for many streams: equal results are one instance, and what one stream has computed is not computed again
/// for the next one that adds the same names to the same set. Safe for concurrent use.
/// </summary>
public sealed class NameSets
{
    private enum Operation
    {
        Union,
        Except,
        Intersect,
    }

    private readonly NameSetPool _pool = new();
    private readonly WeakPairMemo<Operation, NameSet> _results = new();
    private readonly ConditionalWeakTable<NameSet, Interest> _named = new();
    private readonly ConditionalWeakTable<NameSet, Interest> _wildcards = new();

    /// <summary>The set of these names; duplicates count once.</summary>
    public NameSet From(IEnumerable<string> names) => _pool.Intern(NameSet.From(names));

    /// <summary>The shared instance that equals a set.</summary>
    public NameSet Intern(NameSet set) => _pool.Intern(set);

    /// <summary>The interest in names that are shared already, and in everything; it is shared too.</summary>
    public Interest Interest(bool wildcard, NameSet names) => wildcard
        ? _wildcards.GetValue(names, static set => new Interest(true, set))
        : _named.GetValue(names, static set => new Interest(false, set));

    /// <summary>Names in either set.</summary>
    public NameSet Union(NameSet left, NameSet right)
    {
        if (left.Count == 0)
            return right;
        return right.Count == 0 ? left : Compute(left, right, Operation.Union, static (a, b) => a.Union(b));
    }

    /// <summary>Names in the left set and not in the right.</summary>
    public NameSet Except(NameSet left, NameSet right) =>
        left.Count == 0 || right.Count == 0 ? left : Compute(left, right, Operation.Except, static (a, b) => a.Except(b));

    /// <summary>Names in both sets.</summary>
    public NameSet Intersect(NameSet left, NameSet right)
    {
        if (left.Count == 0 || right.Count == 0)
            return NameSet.Empty;
        return ReferenceEquals(left, right)
            ? left
            : Compute(left, right, Operation.Intersect, static (a, b) => a.All(b.Contains) ? a : NameSet.From(a.Where(b.Contains)));
    }

    /// <summary>Whether names, in any order (X16), are exactly those of a set.</summary>
    public static bool AreSame(IReadOnlyCollection<string> names, NameSet set)
    {
        if (names.Count < set.Count)
            return false;
        var distinct = new HashSet<string>(names, StringComparer.Ordinal);
        return distinct.Count == set.Count && distinct.All(set.Contains);
    }

    private NameSet Compute(NameSet left, NameSet right, Operation operation, Func<NameSet, NameSet, NameSet> compute) =>
        _results.GetOrAdd(left, right, operation, () => _pool.Intern(compute(left, right)));
}
