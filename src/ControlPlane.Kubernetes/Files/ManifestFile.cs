namespace ControlPlane.Kubernetes.Files;

/// <summary>A file that may hold Kubernetes objects.</summary>
/// <param name="Path">Path from the root with slashes; orders files.</param>
/// <param name="Display">Path as users know it.</param>
/// <param name="Length">Size in bytes, that of the target for a link; 0 for pipes and devices, which are therefore never opened.</param>
/// <param name="Modified">Time of last modification, that of the target for a link, UTC.</param>
/// <param name="IsLink">Whether it, or a directory on the way to it, is a symbolic link: its target may be swapped at equal size and time.</param>
internal sealed record ManifestFile(string Path, string Display, long Length, DateTime Modified, bool IsLink);
