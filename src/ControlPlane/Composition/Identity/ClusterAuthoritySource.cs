using ControlPlane.Kubernetes;
using ControlPlane.Kubernetes.Writers;
using ControlPlane.Security.Authority;

namespace ControlPlane.Composition.Identity;

/// <summary>
/// The authority of a cluster: the one that an operator has plugged in as the Secret cacerts of the root namespace, as with istiod, else one of our
/// own. Which of the two it is is decided when it is read first: changes of the Secret are followed, but one that comes or goes while its workloads
/// run would take their trust from them at once; it counts from the next start on.
/// </summary>
internal sealed class ClusterAuthoritySource(KubernetesCluster cluster, string rootNamespace, IAuthoritySource own) : IAuthoritySource
{
    private const string SecretName = "cacerts";

    private readonly SecretDocument _secret = cluster.Secret(rootNamespace, SecretName, "Opaque");
    private volatile IAuthoritySource? _chosen;

    public string Name => (_chosen ?? own).Name;

    /// <summary>Whether an authority is plugged in.</summary>
    public async Task<bool> IsPluggedAsync(CancellationToken cancellationToken) => await ReadSecretAsync(cancellationToken) is not null;

    public async Task<AuthorityMaterial> ReadAsync(CancellationToken cancellationToken)
    {
        if (_chosen is { } chosen)
            return await chosen.ReadAsync(cancellationToken);
        var source = await IsPluggedAsync(cancellationToken) ? new Plugged(this) : own;
        var material = await source.ReadAsync(cancellationToken);
        _chosen = source;
        return material;
    }

    private async Task<SecretContent?> ReadSecretAsync(CancellationToken cancellationToken)
    {
        var result = await _secret.ReadAsync(cancellationToken);
        if (result.Error is not { } error)
            return result.Value;
        throw error.IsForbidden
            ? new AuthorityException($"whether an authority is plugged in can't be seen: {error.Message}; the service account needs get of the secret {SecretName} in {rootNamespace}")
            : new IOException(error.ToString());
    }

    private sealed class Plugged(ClusterAuthoritySource cluster) : IAuthoritySource
    {
        public string Name => $"Secret {cluster._secret.Namespace}/{cluster._secret.Name}";

        public async Task<AuthorityMaterial> ReadAsync(CancellationToken cancellationToken) =>
            await cluster.ReadSecretAsync(cancellationToken) is { } content
                ? PluggedFiles.ToMaterial(content.Texts, Name)
                : throw new AuthorityException($"{Name} is gone; restore it, or start anew to sign with an authority that no workload trusts yet");
    }
}
