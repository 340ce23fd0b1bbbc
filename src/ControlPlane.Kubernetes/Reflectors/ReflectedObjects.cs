using System.Globalization;
using System.Text.Json;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Json;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>
/// What is known of the objects of one kind: of each its identity and version, and which objects of the model it became. Turns lists and
/// events into the exact difference. An object that can't be read keeps its last good value and is reported by name.
/// </summary>
internal sealed class ReflectedObjects(ReflectorTarget target, ResourceOptions options, Func<string, bool>? includes = null)
{
    private static readonly JsonDocumentOptions Json = new() { MaxDepth = ApiClient.MaxDepth };

    private readonly Dictionary<ObjectKey, Entry> _entries = [];
    private readonly Dictionary<ObjectKey, IReadOnlyList<Diagnostic>> _faults = [];
    private readonly Dictionary<ObjectKey, string> _deleted = [];
    private HashSet<string> _leftOut = new(StringComparer.Ordinal);
    private string _listed = "";

    private string Kind => target.Adapter.Kind.Kind;

    /// <summary>Number of objects.</summary>
    public int Count => _entries.Count;

    /// <summary>What is wrong with single objects.</summary>
    public IEnumerable<Diagnostic> Faults => _faults.Values.SelectMany(f => f);

    /// <summary>Begins to take a list; nothing changes before <see cref="Listing.Commit"/>.</summary>
    public Listing BeginList() => new(this);

    /// <summary>Takes an event; returns the changes and the version that the event carries ("" where it carries none).</summary>
    public (IReadOnlyList<ModelChange> Changes, string Version) Take(WatchEvent e)
    {
        if (e.Object.ValueKind != JsonValueKind.Object)
        {
            var key = new ObjectKey(e.Namespace, e.Name);
            if (e.Type == "DELETED")
                return (Remove(key), "");
            if (LeavesOut(e.Namespace, _leftOut))
                return ([], "");
            _faults[key] = [Unreadable(key, e.Fault)];
            return ([], "");
        }

        var identity = Identity.Of(e.Object);
        if (IsStale(identity))
            return ([], "");
        if (LeavesOut(identity.Key.Namespace, _leftOut))
            return (Remove(identity.Key), identity.Version);
        var changes = new List<ModelChange>();
        if (e.Type == "DELETED")
        {
            changes.AddRange(Remove(identity.Key));
            _deleted[identity.Key] = identity.Version;
        }
        else
        {
            Put(identity, Adapt(e.Object), changes);
        }

        return (changes, identity.Version);
    }

    /// <summary>Forgets everything: the kind is gone.</summary>
    public IReadOnlyList<ModelChange> Clear() => [.. _entries.Keys.ToList().SelectMany(Remove)];

    /// <summary>
    /// Gives up what lives in namespaces that are no longer to be mirrored. Says too whether a list is needed: objects of a namespace that now is to be
    /// mirrored have been left out.
    /// </summary>
    public (IReadOnlyList<ModelChange> Changes, bool NeedsList) Reselect()
    {
        if (includes is null)
            return ([], false);
        var gone = _entries.Keys.Concat(_faults.Keys).Where(key => !includes(key.Namespace)).Distinct().ToList();
        foreach (var key in gone)
            _leftOut.Add(key.Namespace);
        return ([.. gone.SelectMany(Remove)], _leftOut.Any(includes));
    }

    /// <summary>Whether objects of a namespace are not to be held; notes that there are some.</summary>
    private bool LeavesOut(string @namespace, HashSet<string> leftOut)
    {
        if (includes is null || includes(@namespace))
            return false;
        leftOut.Add(@namespace);
        return true;
    }

    /// <summary>Whether what is known is at least as new: a duplicate, or an event that came late.</summary>
    private bool IsStale(Identity identity)
    {
        // What the last list did not hold was deleted before it.
        var known = _entries.TryGetValue(identity.Key, out var entry) ? entry.Version : _deleted.GetValueOrDefault(identity.Key, _listed);
        return known is not null && Number(identity.Version) is { } came && Number(known) is { } have && came <= have;
    }

    private void Put(Identity identity, AdapterResult result, List<ModelChange> changes)
    {
        var old = _entries.GetValueOrDefault(identity.Key);
        if (old is not null && old.Uid != identity.Uid)
        {
            // Deleted and created again meanwhile: another object, that has only the name in common.
            changes.AddRange(Remove(identity.Key));
            old = null;
        }

        var kept = old?.Objects.Where(result.Refused.Contains) ?? [];
        ObjectId[] objects = [.. result.Changes.Select(c => new ObjectId(c.Table, c.Value.Key)), .. kept];
        foreach (var id in old?.Objects.Except(objects) ?? [])
            changes.Add(new ModelChange.Delete(id.Table, id.Key));
        changes.AddRange(result.Changes);
        // The name is held once: by the object, where that has the same.
        _entries.Remove(identity.Key);
        _entries[Array.Find(objects, o => o.Key == identity.Key) is { Table: not null } same ? same.Key : Shared(identity.Key)] =
            new Entry(identity.Uid, identity.Version, objects);
        _deleted.Remove(identity.Key);
        if (result.Diagnostics.IsEmpty)
            _faults.Remove(identity.Key);
        else
            _faults[identity.Key] = result.Diagnostics;
    }

    private IReadOnlyList<ModelChange> Remove(ObjectKey key)
    {
        _faults.Remove(key);
        return _entries.Remove(key, out var entry) ? [.. entry.Objects.Select(o => new ModelChange.Delete(o.Table, o.Key))] : [];
    }

    private static ObjectKey Shared(ObjectKey key) => key with { Namespace = StringPool.Share(key.Namespace) };

    private AdapterResult Adapt(JsonElement json) => target.Adapter.Adapt(json, target.ApiVersion, options);

    private Diagnostic Unreadable(ObjectKey key, string fault) =>
        new(Severity.Error, DiagnosticCodes.UnreadableObject, Kind, key, "", $"not read, its last good state stays: {fault}");

    private static ulong? Number(string version) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>A list that is being taken.</summary>
    internal sealed class Listing(ReflectedObjects objects)
    {
        private readonly List<(Identity Identity, AdapterResult Result)> _changed = [];
        private readonly HashSet<ObjectKey> _present = [];
        private readonly Dictionary<ObjectKey, Diagnostic> _faults = [];
        private readonly HashSet<string> _leftOut = new(StringComparer.Ordinal);

        /// <summary>Takes an item; one that is known in this version costs nothing.</summary>
        public void Add(SplitObject item)
        {
            var key = new ObjectKey(item.Namespace, item.Name);
            if (objects.LeavesOut(item.Namespace, _leftOut))
                return;
            if (item.IsTooLarge)
            {
                _present.Add(key);
                _faults[key] = objects.Unreadable(key, $"{item.Size} bytes are too many");
                return;
            }

            try
            {
                using var json = JsonDocument.Parse(item.Json, Json);
                Add(json.RootElement);
            }
            catch (JsonException e)
            {
                _present.Add(key);
                _faults[key] = objects.Unreadable(key, e.Message);
            }
        }

        /// <summary>Takes an event of a streamed list.</summary>
        public void Take(WatchEvent e)
        {
            var key = e.Object.ValueKind == JsonValueKind.Object ? Identity.Of(e.Object).Key : new ObjectKey(e.Namespace, e.Name);
            if (objects.LeavesOut(key.Namespace, _leftOut))
                return;
            if (e.Type == "DELETED")
            {
                _present.Remove(key);
                _faults.Remove(key);
                _changed.RemoveAll(c => c.Identity.Key == key);
            }
            else if (e.Object.ValueKind == JsonValueKind.Object)
            {
                Add(e.Object);
            }
            else
            {
                _present.Add(key);
                _faults[key] = objects.Unreadable(key, e.Fault);
            }
        }

        /// <summary>Puts the list in force; returns the difference: what is missing from it was deleted.</summary>
        /// <param name="version">Version of the list.</param>
        public IReadOnlyList<ModelChange> Commit(string version)
        {
            (objects._listed, objects._leftOut) = (version, _leftOut);
            var changes = new List<ModelChange>();
            foreach (var key in objects._entries.Keys.Where(k => !_present.Contains(k)).ToList())
                changes.AddRange(objects.Remove(key));
            foreach (var (identity, result) in _changed)
                objects.Put(identity, result, changes);
            foreach (var key in objects._faults.Keys.Where(k => !_present.Contains(k)).ToList())
                objects._faults.Remove(key);
            foreach (var (key, fault) in _faults)
                objects._faults[key] = [fault];
            objects._deleted.Clear();
            return changes;
        }

        private void Add(JsonElement json)
        {
            var identity = Identity.Of(json);
            if (objects.LeavesOut(identity.Key.Namespace, _leftOut))
                return;
            _present.Add(identity.Key);
            if (objects._entries.TryGetValue(identity.Key, out var entry) && entry.Uid == identity.Uid && entry.Version == identity.Version)
                return;
            _changed.Add((identity, objects.Adapt(json)));
        }
    }

    private sealed record Entry(ObjectUid Uid, string Version, ObjectId[] Objects);

    /// <summary>Which object, and which state of it.</summary>
    private readonly record struct Identity(ObjectKey Key, ObjectUid Uid, string Version)
    {
        public static Identity Of(JsonElement json)
        {
            var metadata = new Fields(json, "", new FaultList("")).Object("metadata");
            return new Identity(
                new ObjectKey(metadata.Text("namespace"), metadata.Text("name")), ObjectUid.Of(metadata.Text("uid")),
                metadata.Text("resourceVersion"));
        }
    }
}
