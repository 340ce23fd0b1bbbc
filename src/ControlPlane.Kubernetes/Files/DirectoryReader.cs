namespace ControlPlane.Kubernetes.Files;

/// <summary>Reads a directory of Kubernetes files once, for commands that work without a server.</summary>
public static class DirectoryReader
{
    /// <summary>Reads all files at and below a path. Bad input, a missing directory among it, gives diagnostics.</summary>
    /// <param name="path">A directory, or one file.</param>
    /// <param name="options">Limits and installation.</param>
    public static DirectoryReading Read(string path, DirectoryOptions options) => Read(new DirectoryTree(path, options), options);

    internal static DirectoryReading Read(IManifestTree tree, DirectoryOptions options)
    {
        var set = new ManifestSet(tree, options);
        var listing = set.List();
        foreach (var file in listing.Files)
            set.Read(file);
        return new DirectoryReading(set, listing.Files.Count);
    }
}
