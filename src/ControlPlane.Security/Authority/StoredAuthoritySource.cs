namespace ControlPlane.Security.Authority;

/// <summary>
/// An authority that is made here when there is none, and kept in a store. Where roots were published before and the store has lost their key,
/// no new root is made: all workloads would lose trust in each other without anybody having decided it.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="kind">The key of a root that is made.</param>
/// <param name="time">The clock of its validity.</param>
public sealed class StoredAuthoritySource(IAuthorityStore store, KeyKind kind, TimeProvider time) : IAuthoritySource
{
    /// <inheritdoc/>
    public string Name => store.Name;

    /// <inheritdoc/>
    public async Task<AuthorityMaterial> ReadAsync(CancellationToken cancellationToken)
    {
        var files = await store.ReadAsync(cancellationToken).ConfigureAwait(false) ?? await CreateAsync(cancellationToken).ConfigureAwait(false);
        var material = files.ToMaterial(store.Name);
        if (await store.ReadPublishedRootsAsync(cancellationToken).ConfigureAwait(false) != material.RootsPem)
            await store.PublishRootsAsync(material.RootsPem, cancellationToken).ConfigureAwait(false);
        return material;
    }

    private async Task<AuthorityFiles> CreateAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadPublishedRootsAsync(cancellationToken).ConfigureAwait(false) is not null)
        {
            // Between our two looks another replica may have made and published the first one.
            return await store.ReadAsync(cancellationToken).ConfigureAwait(false) ?? throw new AuthorityException(
                $"a root certificate was published, but {store.Name}, which held its private key, is gone; restore it from a backup, or, to begin anew "
                + $"with a root that no running workload trusts, {store.HowToForget}");
        }

        var created = AuthorityFiles.Of(SelfSignedRoot.Create(kind, time.GetUtcNow()));
        if (await store.TryCreateAsync(created, cancellationToken).ConfigureAwait(false))
            return created;
        return await store.ReadAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new AuthorityException($"{store.Name} was made by another process and is gone again; start once more");
    }
}
