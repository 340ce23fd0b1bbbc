using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>All files of a tree as last read: their objects, their faults, and the last good values that faulty documents fall back on. Not thread-safe.</summary>
internal sealed class ManifestSet(IManifestTree tree, DirectoryOptions options)
{
    private readonly ObjectStore _store = new();
    private readonly Dictionary<string, IReadOnlyList<SourceDiagnostic>> _faults = new(StringComparer.Ordinal);
    private IReadOnlyList<SourceDiagnostic> _listingFaults = [];

    public IReadOnlyList<ModelChange> Published => _store.Published;

    public int Count => _store.Count;

    /// <summary>All faults, by file and line.</summary>
    public IReadOnlyList<SourceDiagnostic> Diagnostics =>
    [
        .. _listingFaults.Concat(_faults.Values.SelectMany(f => f)).Concat(_store.Duplicates)
            .OrderBy(d => d.Location.File, StringComparer.Ordinal).ThenBy(d => d.Location.Line).ThenBy(d => d.Field, StringComparer.Ordinal),
    ];

    public FileListing List()
    {
        var listing = tree.List();
        _listingFaults = listing.Diagnostics;
        return listing;
    }

    /// <summary>Reads the file that overrides the ConfigMap's mesh configuration; does nothing where there is none.</summary>
    public IReadOnlyList<ModelChange> ReadMeshConfigFile()
    {
        if (options.MeshConfigFile.Length == 0)
            return [];
        // A path before all others, so that it wins.
        const string first = "";
        var file = new ManifestFile(first, options.MeshConfigFile, 1, default, false);
        var (content, fault) = new DirectoryTree(options.MeshConfigFile, options).Read(file, options.MaxFileBytes);
        return Take(first, fault is null ? ManifestReader.ReadMeshConfig(options.MeshConfigFile, content!, options) : FileContent.Unreadable(fault));
    }

    /// <summary>Reads a file and takes its content as it is.</summary>
    public IReadOnlyList<ModelChange> Read(ManifestFile file)
    {
        var (content, fault) = tree.Read(file, options.MaxFileBytes);
        return Take(file.Path, fault is null ? ManifestReader.Read(file.Display, content!, options) : FileContent.Unreadable(fault));
    }

    /// <summary>Takes what a reading of a file gave; faulty documents keep their last good objects.</summary>
    public IReadOnlyList<ModelChange> Take(string path, FileContent content)
    {
        if (content.Diagnostics.Count == 0)
            _faults.Remove(path);
        else
            _faults[path] = content.Diagnostics;
        return _store.Set(path, [.. content.Objects, .. Missing(path, content).Where(o => content.Kept.Keeps(o.Id))]);
    }

    /// <summary>Takes only what a file adds or alters, and removes nothing: it may be half-written.</summary>
    public IReadOnlyList<ModelChange> TakeEarly(string path, FileContent content) =>
        _store.Set(path, [.. content.Objects, .. Missing(path, content)]);

    /// <summary>Forgets a file.</summary>
    public IReadOnlyList<ModelChange> Remove(string path)
    {
        _faults.Remove(path);
        return _store.Set(path, []);
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
