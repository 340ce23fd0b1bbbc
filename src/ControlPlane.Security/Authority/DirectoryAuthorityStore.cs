using System.Text.Json;

namespace ControlPlane.Security.Authority;

/// <summary>
/// A store in a data directory: one file, authority.json, that holds what a Secret would as its data, so that it changes as a whole; beside it
/// root-cert.pem, the published roots. Only the owner may enter the directory.
/// </summary>
/// <param name="directory">The data directory; made if it is not there.</param>
public sealed class DirectoryAuthorityStore(string directory) : IAuthorityStore
{
    private const string AuthorityFile = "authority.json";
    private const string LockFile = "authority.lock";

    private readonly string _authority = Path.Combine(directory, AuthorityFile);
    private readonly string _roots = Path.Combine(directory, AuthorityFiles.Roots);

    /// <inheritdoc/>
    public string Name => _authority;

    /// <inheritdoc/>
    public string HowToForget => $"delete {_roots}";

    /// <inheritdoc/>
    /// <exception cref="AuthorityException">The file is not what this store writes.</exception>
    public async Task<AuthorityFiles?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await PrivateFiles.ReadAsync(_authority, cancellationToken).ConfigureAwait(false) is not { } text)
            return null;
        try
        {
            return new AuthorityFiles(JsonSerializer.Deserialize<Dictionary<string, string>>(text) ?? []);
        }
        catch (JsonException)
        {
            throw new AuthorityException($"{_authority} is no JSON object of texts; restore it from a backup");
        }
    }

    /// <inheritdoc/>
    public async Task<bool> TryCreateAsync(AuthorityFiles files, CancellationToken cancellationToken)
    {
        PrivateFiles.CreateDirectory(directory);
        await using var gate = (await LockAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        return PrivateFiles.TryCreate(_authority, Write(files));
    }

    /// <inheritdoc/>
    public async Task<bool> TryReplaceAsync(AuthorityFiles expected, AuthorityFiles next, CancellationToken cancellationToken)
    {
        await using var gate = (await LockAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        if (await ReadAsync(cancellationToken).ConfigureAwait(false) is not { } now || !now.SameAs(expected))
            return false;
        PrivateFiles.Replace(_authority, Write(next));
        return true;
    }

    /// <inheritdoc/>
    public Task<string?> ReadPublishedRootsAsync(CancellationToken cancellationToken) => PrivateFiles.ReadAsync(_roots, cancellationToken);

    /// <inheritdoc/>
    public Task PublishRootsAsync(string rootsPem, CancellationToken cancellationToken)
    {
        PrivateFiles.CreateDirectory(directory);
        PrivateFiles.Replace(_roots, rootsPem, isPublic: true);
        return Task.CompletedTask;
    }

    private static string Write(AuthorityFiles files) => JsonSerializer.Serialize(files.Texts);

    private Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken) => PrivateFiles.LockAsync(Path.Combine(directory, LockFile), cancellationToken);
}
