using ControlPlane.Kubernetes.Resources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>Of each object the place that counts. There are as many as objects: they are held without a second copy of their names. Not thread-safe.</summary>
internal sealed class WinningObjects
{
    private readonly HashSet<ManifestObject> _objects = new(ById.Instance);
    private readonly HashSet<ManifestObject>.AlternateLookup<ObjectId> _byId;

    public WinningObjects() => _byId = _objects.GetAlternateLookup<ObjectId>();

    public IEnumerable<ManifestObject> All => _objects;

    public int Count => _objects.Count;

    public ManifestObject? Find(ObjectId id) => _byId.TryGetValue(id, out var found) ? found : null;

    public void Set(ManifestObject value)
    {
        _objects.Remove(value);
        _objects.Add(value);
    }

    public void Remove(ObjectId id) => _byId.Remove(id);

    private sealed class ById : IEqualityComparer<ManifestObject>, IAlternateEqualityComparer<ObjectId, ManifestObject>
    {
        public static ById Instance { get; } = new();

        public bool Equals(ManifestObject? x, ManifestObject? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.Id == y.Id);

        public int GetHashCode(ManifestObject obj) => obj.Id.GetHashCode();

        public bool Equals(ObjectId alternate, ManifestObject other) => alternate == other.Id;

        public int GetHashCode(ObjectId alternate) => alternate.GetHashCode();

        public ManifestObject Create(ObjectId alternate) => throw new NotSupportedException();
    }
}
