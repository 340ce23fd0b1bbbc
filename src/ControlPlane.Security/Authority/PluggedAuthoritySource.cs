namespace ControlPlane.Security.Authority;

/// <summary>An authority that the operator plugs in: a directory with <see cref="PluggedFiles"/>, as a Secret is mounted.</summary>
/// <param name="directory">The directory.</param>
public sealed class PluggedAuthoritySource(string directory) : IAuthoritySource
{
    // A mounted Secret changes as a whole behind a symbolic link; between two of our reads it may.
    private const int Attempts = 3;

    /// <inheritdoc/>
    public string Name => directory;

    /// <inheritdoc/>
    public async Task<AuthorityMaterial> ReadAsync(CancellationToken cancellationToken)
    {
        var first = await ReadOnceAsync(cancellationToken).ConfigureAwait(false);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var again = await ReadOnceAsync(cancellationToken).ConfigureAwait(false);
            if (again.SameAs(first))
                return again;
            first = again;
        }

        throw new AuthorityException($"{directory} changes while it is read");
    }

    private async Task<AuthorityMaterial> ReadOnceAsync(CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in PluggedFiles.Names)
        {
            if (await ReadAsync(name, cancellationToken).ConfigureAwait(false) is { } text)
                files.Add(name, text);
        }

        return PluggedFiles.ToMaterial(files, directory);
    }

    private async Task<string?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await PrivateFiles.ReadAsync(Path.Combine(directory, name), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AuthorityException($"{name} in {directory} can't be read: {fault.Message}", fault);
        }
    }
}
