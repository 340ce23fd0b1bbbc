using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>A tree of files: a directory on disk or the embedded sample.</summary>
internal interface IManifestTree
{
    /// <summary>Name of the source, e.g. dir:/etc/mesh.</summary>
    string Name { get; }

    /// <summary>Lists the files that may hold objects, ordered by path. Never throws for what the disk holds.</summary>
    FileListing List();

    /// <summary>The file of a path as it is now; null where there is none, or it is none that is read.</summary>
    ManifestFile? Find(string path);

    /// <summary>Reads a file, at most <paramref name="maxBytes"/> + 1 bytes of it; or what prevents it.</summary>
    (byte[]? Content, SourceDiagnostic? Fault) Read(ManifestFile file, int maxBytes);
}
