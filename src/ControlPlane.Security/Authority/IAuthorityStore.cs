namespace ControlPlane.Security.Authority;

/// <summary>Where an authority that is made here lives: a data directory, or a Secret of the cluster. Several replicas may use one store.</summary>
public interface IAuthorityStore
{
    /// <summary>What the store is, for messages, e.g. a path.</summary>
    string Name { get; }

    /// <summary>What it holds; null where it holds nothing.</summary>
    Task<AuthorityFiles?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Stores a first authority. False where another was faster; then that one counts.</summary>
    Task<bool> TryCreateAsync(AuthorityFiles files, CancellationToken cancellationToken);

    /// <summary>Replaces what the store holds if it still is what the caller read; false if not.</summary>
    Task<bool> TryReplaceAsync(AuthorityFiles expected, AuthorityFiles next, CancellationToken cancellationToken);

    /// <summary>The roots that were published to workloads at some time; null where none ever were. They outlive the store's content.</summary>
    Task<string?> ReadPublishedRootsAsync(CancellationToken cancellationToken);

    /// <summary>Publishes the roots to workloads.</summary>
    Task PublishRootsAsync(string rootsPem, CancellationToken cancellationToken);

    /// <summary>What an operator has to do who wants a new root although one was published, as a phrase.</summary>
    string HowToForget { get; }
}
