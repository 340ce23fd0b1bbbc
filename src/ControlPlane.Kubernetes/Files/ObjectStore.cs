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
    private readonly Dictionary<string, ManifestObject[]> _files = new(StringComparer.Ordinal);
    private readonly WinningObjects _winners = new();
    private readonly Dictionary<ObjectId, List<ManifestObject>> _contested = [];
    private readonly Dictionary<ObjectKey, int> _ownSlices = [];
    private readonly Dictionary<ObjectKey, HashSet<ObjectId>> _mirrored = [];
    private readonly HashSet<ObjectId> _hidden = [];
    private IReadOnlyList<SourceDiagnostic>? _duplicates = [];

    /// <summary>Everything in force, in a fixed order.</summary>
    public IReadOnlyList<ModelChange> Published =>
    [
        .. _winners.All.Where(o => !_hidden.Contains(o.Id)).Select(o => o.Change)
            .OrderBy(u => u.Table.Kind, StringComparer.Ordinal).ThenBy(u => u.Value.Key),
    ];

    /// <summary>Number of objects in force.</summary>
    public int Count => _winners.Count - _hidden.Count;

    /// <summary>A warning for each object that stands in a place where it has no effect; the same list as long as there are no others.</summary>
    public IReadOnlyList<SourceDiagnostic> Duplicates =>
        _duplicates ??= [.. _contested.SelectMany(c => c.Value.Skip(1).Select(o => Duplicate(c.Key, o, c.Value[0])))];

    /// <summary>The objects that a file holds.</summary>
    public IReadOnlyList<ManifestObject> Objects(string path) => _files.GetValueOrDefault(path, []);

    /// <summary>The objects in force that match, with where they stand.</summary>
    public IEnumerable<ManifestObject> Find(Func<ObjectId, bool> matches) => _winners.All.Where(o => matches(o.Id));

    /// <summary>Sets what a file holds; returns the changes that follow.</summary>
    /// <param name="path">Path that orders files.</param>
    /// <param name="objects">Its objects; none where the file is gone.</param>
    public IReadOnlyList<ModelChange> Set(string path, IReadOnlyList<ManifestObject> objects)
    {
        // What was in force of each object that this concerns.
        var before = new Dictionary<ObjectId, ModelChange.Upsert?>();
        foreach (var old in Objects(path))
        {
            if (before.TryAdd(old.Id, InForce(old.Id)))
                Withdraw(old.Id, path);
        }

        var placed = new ManifestObject[objects.Count];
        for (var i = 0; i < placed.Length; i++)
        {
            var id = objects[i].Id;
            if (!before.ContainsKey(id))
                before[id] = InForce(id);

            // One copy of what did not change.
            var change = before[id] is { } known && Equals(known.Value, objects[i].Change.Value) ? known : objects[i].Change;
            placed[i] = objects[i] with { Change = change, Origin = path, Order = i };
            Add(id, placed[i]);
        }

        if (placed.Length == 0)
            _files.Remove(path);
        else
            _files[path] = placed;
        return Publish(before);
    }

    private void Withdraw(ObjectId id, string path)
    {
        if (!_contested.TryGetValue(id, out var claims))
        {
            _winners.Remove(id);
            return;
        }

        _duplicates = null;
        claims.RemoveAll(c => c.Origin == path);
        if (claims.Count < 2)
            _contested.Remove(id);
        if (claims.Count == 0)
            _winners.Remove(id);
        else
            _winners.Set(claims[0]);
    }

    private void Add(ObjectId id, ManifestObject added)
    {
        if (_winners.Find(id) is { } winner)
        {
            _duplicates = null;
            if (!_contested.TryGetValue(id, out var claims))
                _contested[id] = claims = [winner];
            var at = claims.FindIndex(c => Comes(added, before: c));
            claims.Insert(at < 0 ? claims.Count : at, added);
            _winners.Set(claims[0]);
        }
        else
        {
            _winners.Set(added);
        }
    }

    private static bool Comes(ManifestObject added, ManifestObject before)
    {
        var order = string.CompareOrdinal(added.Origin, before.Origin);
        return order < 0 || (order == 0 && added.Order < before.Order);
    }

    private List<ModelChange> Publish(Dictionary<ObjectId, ModelChange.Upsert?> before)
    {
        var changes = new List<ModelChange>();
        var services = new HashSet<ObjectKey>();
        foreach (var (id, old) in before)
        {
            if (IsMirrored(id))
                continue;
            var value = Winner(id);
            if (PublishOne(id, old, value, changes) && id.Table == Tables.EndpointSlices)
            {
                CountSlice(old, -1, services);
                CountSlice(value, +1, services);
            }
        }

        foreach (var (id, old) in before.Where(b => IsMirrored(b.Key)))
            services.UnionWith(TrackMirrored(id, old));
        foreach (var service in services)
            PublishMirrored(service, before, changes);
        return changes;
    }

    private void PublishMirrored(ObjectKey service, Dictionary<ObjectId, ModelChange.Upsert?> before, List<ModelChange> changes)
    {
        var hide = _ownSlices.ContainsKey(service);
        foreach (var id in _mirrored.GetValueOrDefault(service, []).ToList())
        {
            var winner = Winner(id);
            var old = before.TryGetValue(id, out var known) ? known : InForce(id);
            PublishOne(id, old, hide ? null : winner, changes);
            if (winner is null)
                _mirrored[service].Remove(id);
            if (hide && winner is not null)
                _hidden.Add(id);
            else
                _hidden.Remove(id);
        }
    }

    private static bool IsMirrored(ObjectId id) => id.Table == Tables.EndpointSlices && EndpointsAdapter.IsMirrored(id.Key);

    private ModelChange.Upsert? Winner(ObjectId id) => _winners.Find(id)?.Change;

    private ModelChange.Upsert? InForce(ObjectId id) => _hidden.Contains(id) ? null : Winner(id);

    /// <summary>Notes what changes for one object; returns whether anything does.</summary>
    private static bool PublishOne(ObjectId id, ModelChange.Upsert? old, ModelChange.Upsert? value, List<ModelChange> changes)
    {
        if (Equals(old?.Value, value?.Value))
            return false;
        changes.Add(value is null ? new ModelChange.Delete(id.Table, id.Key) : value);
        return true;
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
    private IEnumerable<ObjectKey> TrackMirrored(ObjectId id, ModelChange.Upsert? old)
    {
        var value = Winner(id)?.Value ?? old?.Value;
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
}
