namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>In which namespaces a kind is mirrored.</summary>
/// <param name="Known">Ends when that is known: nothing is listed before.</param>
/// <param name="Includes">Whether the objects of a namespace are; null for all.</param>
internal sealed record MirrorScope(Task Known, Func<string, bool>? Includes)
{
    /// <summary>All namespaces, at once.</summary>
    public static MirrorScope Everything { get; } = new(Task.CompletedTask, null);
}
