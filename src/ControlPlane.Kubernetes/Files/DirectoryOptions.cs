using ControlPlane.Kubernetes.Files.Yaml;
using ControlPlane.Kubernetes.Resources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>How a directory of Kubernetes files is read.</summary>
public sealed record DirectoryOptions
{
    /// <summary>Greatest size of one file in bytes; a larger one is refused whole.</summary>
    public int MaxFileBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Greatest number of files; those beyond it, by path, are not read.</summary>
    public int MaxFiles { get; init; } = 10_000;

    /// <summary>Greatest depth of directories below the root; deeper ones are not read.</summary>
    public int MaxDirectoryDepth { get; init; } = 32;

    /// <summary>Bounds of one document.</summary>
    public YamlLimits Limits { get; init; } = YamlLimits.Default;

    /// <summary>What the adapters must know of the installation.</summary>
    public ResourceOptions Resources { get; init; } = new();

    /// <summary>A file with the mesh configuration that overrides the ConfigMap's; "" for none.</summary>
    public string MeshConfigFile { get; init; } = "";

    /// <summary>How long a file must be quiet after an event before it is read: writers that write in pieces get to finish.</summary>
    public TimeSpan QuietTime { get; init; } = TimeSpan.FromMilliseconds(4);

    /// <summary>
    /// How long after an event a file is read that was put in place whole, by renaming: nothing of it is still to come, but files that are
    /// put in place together may be.
    /// </summary>
    public TimeSpan WholeQuietTime { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// How long a file must have stayed the same before what it no longer holds is removed and its faults are reported. Until then
    /// it may be half-written.
    /// </summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How often the whole directory is compared with what was read, for the changes that no notification tells of.</summary>
    public TimeSpan RescanInterval { get; init; } = TimeSpan.FromSeconds(2);
}
