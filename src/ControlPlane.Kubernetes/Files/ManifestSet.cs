using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Kubernetes.Selection;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>All files of a tree as last read: their objects, their faults, and the last good values that faulty documents fall back on. Not thread-safe.</summary>
internal sealed class ManifestSet(IManifestTree tree, DirectoryOptions options)
{
    /// <summary>Stands for the file that overrides the ConfigMap's mesh configuration; comes before all paths, so that it wins.</summary>
    public const string MeshConfigPath = "";

    private readonly ObjectStore _store = new();
    private readonly Dictionary<string, IReadOnlyList<SourceDiagnostic>> _faults = new(StringComparer.Ordinal);
    private IReadOnlyList<SourceDiagnostic> _listingFaults = [];
    private IReadOnlyList<SourceDiagnostic> _duplicates = [];
    private IReadOnlyList<SourceDiagnostic>? _diagnostics = [];
    private NamespaceScope _scope = NamespaceScope.Everything;

    /// <summary>Everything in force in the namespaces that the mesh watches, in a fixed order.</summary>
    public IReadOnlyList<ModelChange> Published => _scope.Selects ? [.. _store.Published.Where(change => IsIn(_scope, change))] : _store.Published;

    public int Count => _store.Count;

    /// <summary>All faults, by file and line; the same list as long as there are no others.</summary>
    public IReadOnlyList<SourceDiagnostic> Diagnostics
    {
        get
        {
            if (_diagnostics is null || !ReferenceEquals(_duplicates, _store.Duplicates))
            {
                _duplicates = _store.Duplicates;
                _diagnostics =
                [
                    .. _listingFaults.Concat(_faults.Values.SelectMany(f => f)).Concat(_duplicates)
                        .OrderBy(d => d.Location.File, StringComparer.Ordinal).ThenBy(d => d.Location.Line).ThenBy(d => d.Field, StringComparer.Ordinal),
                ];
            }

            return _diagnostics;
        }
    }

    /// <summary>Lists the files, that of the mesh configuration first, and remembers what is wrong with the listing.</summary>
    public FileListing List()
    {
        var listing = tree.List();
        if (_listingFaults.Count + listing.Diagnostics.Count > 0)
            (_listingFaults, _diagnostics) = (listing.Diagnostics, null);
        return Find(MeshConfigPath) is { } mesh ? listing with { Files = [mesh, .. listing.Files] } : listing;
    }

    /// <summary>The file of a path as it is now; null where there is none.</summary>
    public ManifestFile? Find(string path)
    {
        if (path != MeshConfigPath)
            return tree.Find(path);
        if (options.MeshConfigFile.Length == 0)
            return null;
        var file = DirectoryTree.Stat(options.MeshConfigFile, MeshConfigPath, options);
        // A missing file is still read, so that its absence is reported.
        return file ?? new ManifestFile(MeshConfigPath, options.MeshConfigFile, 1, default, false);
    }

    /// <summary>Reads a file; or what prevents it.</summary>
    public (byte[]? Bytes, SourceDiagnostic? Fault) ReadBytes(ManifestFile file) => tree.Read(file, options.MaxFileBytes);

    /// <summary>Makes objects of what a file holds.</summary>
    public FileContent Parse(ManifestFile file, byte[] bytes) => file.Path == MeshConfigPath
        ? ManifestReader.ReadMeshConfig(file.Display, bytes, options)
        : ManifestReader.Read(file.Display, bytes, options);

    /// <summary>Reads a file and takes its content as it is.</summary>
    public IReadOnlyList<ModelChange> Read(ManifestFile file)
    {
        var (bytes, fault) = ReadBytes(file);
        return Take(file.Path, fault is null ? Parse(file, bytes!) : FileContent.Unreadable(fault));
    }

    /// <summary>Takes what a reading of a file gave; faulty documents keep their last good objects.</summary>
    public IReadOnlyList<ModelChange> Take(string path, FileContent content)
    {
        SetFaults(path, content.Diagnostics);
        return Select(_store.Set(
            path, content.Kept.IsEmpty ? content.Objects : [.. content.Objects, .. Missing(path, content).Where(o => content.Kept.Keeps(o.Id))]));
    }

    /// <summary>Takes only what a file adds or alters, and removes nothing: it may be half-written.</summary>
    public IReadOnlyList<ModelChange> TakeEarly(string path, FileContent content) =>
        Select(_store.Set(path, [.. content.Objects, .. Missing(path, content)]));

    /// <summary>Whether taking the content would remove objects that the file held before.</summary>
    public bool WouldRemove(string path, FileContent content) => Missing(path, content).Any(o => !content.Kept.Keeps(o.Id));

    /// <summary>Forgets a file.</summary>
    public IReadOnlyList<ModelChange> Remove(string path)
    {
        SetFaults(path, []);
        return Select(_store.Set(path, []));
    }

    /// <summary>Where an object or a field of it stands.</summary>
    public SourceLocation? Locate(string kind, ObjectKey key, string field)
    {
        var found = _store.Find(id => id.Key == key && IsKind(id.Table, kind)).FirstOrDefault();
        if (found is null)
            return null;
        var file = new ManifestFile("", found.File, 1, default, false);
        var (content, _) = tree.Read(file, options.MaxFileBytes);
        var line = content is null ? null : Line(found, content, field);
        return new SourceLocation(found.File, line ?? found.Line);
    }

    private void SetFaults(string path, IReadOnlyList<SourceDiagnostic> faults)
    {
        if (faults.Count > 0)
            _faults[path] = faults;
        else if (!_faults.Remove(path))
            return;
        _diagnostics = null;
    }

    private static bool IsIn(NamespaceScope scope, ModelChange change) => change switch
    {
        ModelChange.Upsert upsert => scope.Includes(upsert.Value.Key.Namespace),
        ModelChange.Delete delete => scope.Includes(delete.Key.Namespace),
        _ => true,
    };

    /// <summary>What changes mean where the mesh watches some namespaces only: what it now watches comes, what it no longer watches goes.</summary>
    private IReadOnlyList<ModelChange> Select(IReadOnlyList<ModelChange> changes)
    {
        var (before, after) = (_scope, _scope.With(changes));
        _scope = after;
        if (!before.Selects && !after.Selects)
            return changes;
        // What goes is deleted also where it was left out: that changes nothing.
        var result = changes.Where(change => change is ModelChange.Delete || IsIn(after, change)).ToList();
        if (before.IsSameAs(after))
            return result;
        foreach (var upsert in _store.Published.OfType<ModelChange.Upsert>())
        {
            var (was, @is) = (before.Includes(upsert.Value.Key.Namespace), after.Includes(upsert.Value.Key.Namespace));
            if (was && !@is)
                result.Add(new ModelChange.Delete(upsert.Table, upsert.Value.Key));
            else if (@is && !was)
                result.Add(upsert);
        }

        return result;
    }

    private int? Line(ManifestObject found, byte[] content, string field)
    {
        var inside = found.Path.Length == 0 || field.Length == 0 ? found.Path + field : $"{found.Path}.{field}";
        var root = ManifestReader.FindDocument(found.File, content, found.DocumentLine, found.RootLine, options.Limits);
        return root is null ? null : found.DocumentLine - 1 + FieldLocator.Line(root, inside);
    }

    private IEnumerable<ManifestObject> Missing(string path, FileContent content)
    {
        var present = content.Objects.Select(o => o.Id).ToHashSet();
        return _store.Objects(path).Where(o => !present.Contains(o.Id));
    }

    private static bool IsKind(TableId table, string kind) =>
        table.Kind == kind || (table.Kind.Length > kind.Length && table.Kind.EndsWith("/" + kind, StringComparison.Ordinal));
}
