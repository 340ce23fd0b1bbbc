using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Sources;

/// <summary>Where the nouns of the mesh come from: a directory, a cluster, the embedded sample.</summary>
public interface IModelSource
{
    /// <summary>What the source is, for people, e.g. dir:/etc/mesh.</summary>
    string Name { get; }

    /// <summary>What is wrong at present with what was read, by file and line. A fault leaves the list when it is mended.</summary>
    IReadOnlyList<SourceDiagnostic> Diagnostics { get; }

    /// <summary>Raised after <see cref="Diagnostics"/> has changed, with the new list. Handlers must be quick and must not throw.</summary>
    event Action<IReadOnlyList<SourceDiagnostic>>? DiagnosticsChanged;

    /// <summary>
    /// Reads everything, hands it over as one batch, marks it as complete, then hands over changes until cancelled. Bad input
    /// never ends it; the task ends only by cancellation (without an exception) or by a defect.
    /// </summary>
    Task RunAsync(IModelSink sink, CancellationToken cancellationToken);

    /// <summary>Where an object (and a field of it, "" for the object itself) was written; null where the source has no such object or no files.</summary>
    SourceLocation? Locate(string kind, ObjectKey key, string field);
}
