using ControlPlane.Model.Objects;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>A sample that is built into the program, as source of the model: it never changes.</summary>
public sealed class EmbeddedSource : IModelSource
{
    /// <summary>Name of the sample that is served where no source is named.</summary>
    public const string DefaultSample = "bookinfo";

    private readonly EmbeddedTree _tree;
    private readonly DirectoryReading _reading;

    /// <summary>Reads the sample.</summary>
    /// <param name="sample">Its name, e.g. <see cref="DefaultSample"/>.</param>
    /// <param name="options">Installation.</param>
    /// <exception cref="ArgumentException">There is no such sample.</exception>
    public EmbeddedSource(string sample, DirectoryOptions options)
    {
        _tree = new EmbeddedTree(sample);
        _reading = DirectoryReader.Read(_tree, options);
        if (_reading.FileCount == 0)
            throw new ArgumentException($"there is no embedded sample \"{sample}\"", nameof(sample));
    }

    /// <inheritdoc/>
    public event Action<IReadOnlyList<SourceDiagnostic>>? DiagnosticsChanged
    {
        // Nothing ever changes.
        add { }
        remove { }
    }

    /// <inheritdoc/>
    public string Name => _tree.Name;

    /// <inheritdoc/>
    public IReadOnlyList<SourceDiagnostic> Diagnostics => _reading.Diagnostics;

    /// <summary>What the sample holds, for commands that work without a server.</summary>
    public DirectoryReading Reading => _reading;

    /// <inheritdoc/>
    public async Task RunAsync(IModelSink sink, CancellationToken cancellationToken)
    {
        sink.Apply(_reading.Changes);
        sink.MarkSynced();
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public SourceLocation? Locate(string kind, ObjectKey key, string field) => _reading.Locate(kind, key, field);
}
