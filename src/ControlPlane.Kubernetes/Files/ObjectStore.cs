using ControlPlane.Kubernetes.Resources;
using ControlPlane.Kubernetes.Resources.Endpoints;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>
/// What all files together say. Of several files (or documents) with the same object the first by path (and order) wins; when it
/// goes, the next takes over. Slices made from Endpoints count only while their Service has no slice of its own. Not thread-safe.
/// </summary>
internal sealed class ObjectStore
{
    private readonly Dictionary<string, IReadOnlyList<ManifestObject>> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<ObjectId, List<Claim>> _claims = [];
    private readonly Dictionary<ObjectId, ModelChange.Upsert> _published = [];
    private readonly Dictionary<ObjectKey, int> _ownSlices = [];
    private readonly Dictionary<ObjectKey, HashSet<ObjectId>> _mirrored = [];
    private readonly HashSet<ObjectId> _duplicated = [];

    /// <summary>Everything in force, in a fixed order.</summary>
    public IReadOnlyList<ModelChange> Published =>
        [.. _published.Values.OrderBy(u => u.Table.Kind, StringComparer.Ordinal).ThenBy(u => u.Value.Key)];

    /// <summary>Number of objects in force.</summary>
    public int Count => _published.Count;

    /// <summary>A warning for each object that stands in a place where it has no effect.</summary>
    public IReadOnlyList<SourceDiagnostic> Duplicates =>
        [.. _duplicated.SelectMany(id => _claims[id].Skip(1).Select(c => Duplicate(id, c.Object, _claims[id][0].Object)))];

    /// <summary>The objects that a file holds.</summary>
    public IReadOnlyList<ManifestObject> Objects(string path) => _files.GetValueOrDefault(path, []);

    /// <summary>The objects in force that match, with where they stand.</summary>
    public IEnumerable<ManifestObject> Find(Func<ObjectId, bool> matches) =>
        _claims.Where(c => matches(c.Key)).Select(c => c.Value[0].Object);

    /// <summary>Sets what a file holds; returns the changes that follow.</summary>
    /// <param name="path">Path that orders files.</param>
    /// <param name="objects">Its objects; none where the file is gone.</param>
    public IReadOnlyList<ModelChange> Set(string path, IReadOnlyList<ManifestObject> objects)
    {
        var touched = new HashSet<ObjectId>();
        foreach (var old in Objects(path))
        {
            if (touched.Add(old.Id))
                Withdraw(old.Id, path);
        }

        for (var i = 0; i < objects.Count; i++)
        {
            touched.Add(objects[i].Id);
            Add(objects[i].Id, new Claim(path, i, objects[i]));
        }

        if (objects.Count == 0)
            _files.Remove(path);
        else
            _files[path] = objects;
        return Publish(touched);
    }

    private void Withdraw(ObjectId id, string path)
    {
        var claims = _claims[id];
        claims.RemoveAll(c => c.Path == path);
        if (claims.Count == 0)
            _claims.Remove(id);
        if (claims.Count < 2)
            _duplicated.Remove(id);
    }

    private void Add(ObjectId id, Claim claim)
    {
        if (!_claims.TryGetValue(id, out var claims))
            _claims[id] = claims = [];
        var at = claims.FindIndex(c => claim.CompareTo(c) < 0);
        claims.Insert(at < 0 ? claims.Count : at, claim);
        if (claims.Count > 1)
            _duplicated.Add(id);
    }

    private List<ModelChange> Publish(HashSet<ObjectId> touched)
    {
        var changes = new List<ModelChange>();
        var services = new HashSet<ObjectKey>();
        foreach (var id in touched)
        {
            if (id.Table == Tables.EndpointSlices && EndpointsAdapter.IsMirrored(id.Key))
                continue;
            PublishOne(id, Winner(id), changes, services);
        }

        foreach (var id in touched.Where(t => t.Table == Tables.EndpointSlices && EndpointsAdapter.IsMirrored(t.Key)))
            services.UnionWith(TrackMirrored(id));
        foreach (var service in services)
        {
            var hidden = _ownSlices.ContainsKey(service);
            foreach (var id in _mirrored.GetValueOrDefault(service, []).ToList())
            {
                var winner = Winner(id);
                PublishOne(id, hidden ? null : winner, changes, null);
                if (winner is null)
                    _mirrored[service].Remove(id);
            }
        }

        return changes;
    }

    private ModelChange.Upsert? Winner(ObjectId id) => _claims.TryGetValue(id, out var claims) ? claims[0].Object.Change : null;

    private void PublishOne(ObjectId id, ModelChange.Upsert? value, List<ModelChange> changes, HashSet<ObjectKey>? services)
    {
        var old = _published.GetValueOrDefault(id);
        if (Equals(old?.Value, value?.Value))
            return;
        if (id.Table == Tables.EndpointSlices && services is not null)
        {
            CountSlice(old, -1, services);
            CountSlice(value, +1, services);
        }

        if (value is null)
            _published.Remove(id);
        else
            _published[id] = value;
        changes.Add(value is null ? new ModelChange.Delete(id.Table, id.Key) : value);
    }

    private void CountSlice(ModelChange.Upsert? slice, int by, HashSet<ObjectKey> services)
    {
        if (slice?.Value is not EndpointSlice { ServiceName.Length: > 0 } value)
            return;
        var service = new ObjectKey(value.Key.Namespace, value.ServiceName);
        services.Add(service);
        var count = _ownSlices.GetValueOrDefault(service) + by;
        if (count == 0)
            _ownSlices.Remove(service);
        else
            _ownSlices[service] = count;
    }

    /// <summary>Files a slice made from Endpoints under its Service; returns that Service.</summary>
    private IEnumerable<ObjectKey> TrackMirrored(ObjectId id)
    {
        var value = Winner(id)?.Value ?? _published.GetValueOrDefault(id)?.Value;
        if (value is not EndpointSlice slice)
            return [.. _mirrored.Where(m => m.Value.Contains(id)).Select(m => m.Key)];
        var service = new ObjectKey(slice.Key.Namespace, slice.ServiceName);
        if (!_mirrored.TryGetValue(service, out var ids))
            _mirrored[service] = ids = [];
        ids.Add(id);
        return [service];
    }

    private static SourceDiagnostic Duplicate(ObjectId id, ManifestObject loser, ManifestObject winner) => new(
        new SourceLocation(loser.File, loser.Line), Severity.Warning, DiagnosticCodes.DuplicateObject, id.Table.Kind, id.Key, "",
        $"has no effect: the same object stands at {new SourceLocation(winner.File, winner.Line)}, which comes first");

    private readonly record struct Claim(string Path, int Order, ManifestObject Object) : IComparable<Claim>
    {
        public int CompareTo(Claim other)
        {
            var order = string.CompareOrdinal(Path, other.Path);
            return order != 0 ? order : Order.CompareTo(other.Order);
        }
    }
}
