using ControlPlane.Model.Delivery;

namespace ControlPlane.Model.Incremental;

/// <summary>
/// The successors that sets got in this revision. Classes of proxies for which a set is the same go on together: what was made for one
/// serves the others, and who compares the sets of two configurations does it once for all classes.
/// </summary>
internal sealed class ResourceSetSteps(DerivationGraph graph)
{
    /// <summary>Successors of one set that are remembered. There are several where classes part: those beyond it go on alone.</summary>
    private const int MaxSuccessors = 8;

    private readonly Dictionary<ResourceSet, List<(KeyValuePair<string, EncodedResource?>[] Changes, ResourceSet Set)>> _successors = [];
    private long _revision;

    /// <summary>See <see cref="ResourceSet.With(IEnumerable{KeyValuePair{string, EncodedResource}})"/>.</summary>
    public ResourceSet With(ResourceSet set, ReadOnlySpan<KeyValuePair<string, EncodedResource?>> changes)
    {
        if (_revision != graph.Revision)
        {
            _successors.Clear();
            _revision = graph.Revision;
        }

        if (!_successors.TryGetValue(set, out var successors))
            _successors[set] = successors = [];
        foreach (var successor in successors)
        {
            if (IsSame(successor.Changes, changes))
                return successor.Set;
        }

        var result = changes is [{ Value: { } only }] ? set.With(only) : set.With(changes.ToArray());
        if (successors.Count < MaxSuccessors)
            successors.Add((changes.ToArray(), result));
        return result;
    }

    private static bool IsSame(ReadOnlySpan<KeyValuePair<string, EncodedResource?>> one, ReadOnlySpan<KeyValuePair<string, EncodedResource?>> other)
    {
        if (one.Length != other.Length)
            return false;
        for (var i = 0; i < one.Length; i++)
        {
            if (!ReferenceEquals(one[i].Value, other[i].Value) || one[i].Key != other[i].Key)
                return false;
        }

        return true;
    }
}
