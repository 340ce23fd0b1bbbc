namespace ControlPlane.Kubernetes.Files;

/// <summary>What notifications told since they were last asked for.</summary>
/// <param name="Paths">Paths of files that changed, from the root; true where the file was put in place whole, by renaming.</param>
/// <param name="Rescan">Whether something changed that no path names: directories, links, or too much at once.</param>
internal sealed record FileEvents(IReadOnlyDictionary<string, bool> Paths, bool Rescan)
{
    /// <summary>Nothing was told.</summary>
    public static FileEvents None { get; } = new(new Dictionary<string, bool>(), false);
}
