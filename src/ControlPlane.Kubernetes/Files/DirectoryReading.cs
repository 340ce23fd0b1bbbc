using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>What one reading of a directory gave.</summary>
public sealed class DirectoryReading
{
    private readonly ManifestSet _set;

    internal DirectoryReading(ManifestSet set, int files)
    {
        _set = set;
        FileCount = files;
        Changes = set.Published;
        Diagnostics = set.Diagnostics;
    }

    /// <summary>The objects, as changes to an empty snapshot, by table and key.</summary>
    public IReadOnlyList<ModelChange> Changes { get; }

    /// <summary>What is wrong, by file and line.</summary>
    public IReadOnlyList<SourceDiagnostic> Diagnostics { get; }

    /// <summary>Number of files that were read.</summary>
    public int FileCount { get; }

    /// <summary>Where an object, or a field of it, stands; null where no file holds it. Reads the file again.</summary>
    /// <param name="kind">Kind of the object or of its table.</param>
    /// <param name="key">Its key in the model.</param>
    /// <param name="field">Path of the field, "" for the object.</param>
    public SourceLocation? Locate(string kind, ObjectKey key, string field) => _set.Locate(kind, key, field);
}
