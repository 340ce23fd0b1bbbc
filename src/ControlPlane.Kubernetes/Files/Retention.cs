using ControlPlane.Kubernetes.Resources;
using ControlPlane.Kubernetes.Resources.Endpoints;
using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Files;

/// <summary>
/// Which objects that a file held before stay although they are not among what it gives now: those that its faulty documents stand
/// for. A document whose identity can't be read might stand for any of them.
/// </summary>
internal sealed class Retention
{
    private readonly HashSet<ObjectId> _objects = [];
    private readonly HashSet<ObjectKey> _names = [];
    private bool _everything;

    /// <summary>Whether nothing is kept.</summary>
    public bool IsEmpty => !_everything && _objects.Count == 0 && _names.Count == 0;

    public void KeepEverything() => _everything = true;

    public void Keep(ObjectId id) => _objects.Add(id);

    /// <summary>Keeps objects of all kinds with that name: the document's kind could not be made out.</summary>
    public void KeepName(ObjectKey name) => _names.Add(name);

    public bool Keeps(ObjectId id)
    {
        if (_everything || _objects.Contains(id) || _names.Contains(id.Key))
            return true;
        // One Endpoints object becomes several slices; a refused one is named by its first.
        return EndpointsAdapter.IsMirrored(id.Key) && _objects.Any(o =>
            o.Table == id.Table && o.Key.Namespace == id.Key.Namespace && EndpointsAdapter.IsMirrored(o.Key)
            && id.Key.Name.StartsWith(o.Key.Name + "/", StringComparison.Ordinal));
    }
}
