using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>What one reading of one file gave.</summary>
/// <param name="Objects">The good objects, in order.</param>
/// <param name="Kept">Which earlier objects stay.</param>
/// <param name="Diagnostics">What to tell the user.</param>
internal sealed record FileContent(
    IReadOnlyList<ManifestObject> Objects, Retention Kept, IReadOnlyList<SourceDiagnostic> Diagnostics)
{
    /// <summary>A file that could not be read at all: everything stays.</summary>
    public static FileContent Unreadable(SourceDiagnostic diagnostic)
    {
        var kept = new Retention();
        kept.KeepEverything();
        return new FileContent([], kept, [diagnostic]);
    }
}
