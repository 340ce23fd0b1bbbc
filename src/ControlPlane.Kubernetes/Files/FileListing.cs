using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>The files below a root at one moment.</summary>
/// <param name="Files">The files by path.</param>
/// <param name="Incomplete">Whether part of the tree could not be listed: files that are missing from it must not be taken for deleted.</param>
/// <param name="Diagnostics">What to tell the user.</param>
internal sealed record FileListing(IReadOnlyList<ManifestFile> Files, bool Incomplete, IReadOnlyList<SourceDiagnostic> Diagnostics);
