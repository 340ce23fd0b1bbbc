using ControlPlane.Kubernetes;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Writers;
using ControlPlane.Security.Authority;

namespace ControlPlane.Composition.Identity;

/// <summary>
/// An authority in the Secret istio-ca-secret of the root namespace, where istiod keeps its own. The roots that were published are those in the
/// ConfigMap istio-ca-root-cert of that namespace, which <see cref="RootCertificateWriter"/> writes.
/// </summary>
internal sealed class ClusterAuthorityStore(KubernetesCluster cluster, string rootNamespace) : IAuthorityStore
{
    private const string SecretName = "istio-ca-secret", SecretType = "istio.io/ca-root";

    private readonly SecretDocument _secret = cluster.Secret(rootNamespace, SecretName, SecretType);

    public string Name => $"Secret {rootNamespace}/{SecretName}";

    public string HowToForget => $"delete the ConfigMap {RootCertificateWriter.ConfigMapName} in {rootNamespace}";

    public async Task<AuthorityFiles?> ReadAsync(CancellationToken cancellationToken) =>
        Read(await _secret.ReadAsync(cancellationToken), "read") is { } content ? new AuthorityFiles(content.Texts) : null;

    public async Task<bool> TryCreateAsync(AuthorityFiles files, CancellationToken cancellationToken) =>
        Read(await _secret.CreateAsync(files.Texts, cancellationToken), "made");

    public async Task<bool> TryReplaceAsync(AuthorityFiles expected, AuthorityFiles next, CancellationToken cancellationToken)
    {
        var content = Read(await _secret.ReadAsync(cancellationToken), "read");
        return content is not null && new AuthorityFiles(content.Texts).SameAs(expected) && Read(await _secret.ReplaceAsync(content, next.Texts, cancellationToken), "written");
    }

    public async Task<string?> ReadPublishedRootsAsync(CancellationToken cancellationToken) =>
        Read(await cluster.ReadConfigMapAsync(rootNamespace, RootCertificateWriter.ConfigMapName, RootCertificateWriter.DataKey, cancellationToken), "read");

    // The writer of the ConfigMaps hears of it from the authority itself.
    public Task PublishRootsAsync(string rootsPem, CancellationToken cancellationToken) => Task.CompletedTask;

    private T Read<T>(ApiResult<T> result, string verb)
    {
        if (result.Error is not { } error)
            return result.Value;
        // Only a right that is missing needs somebody to act; the rest may pass.
        if (!error.IsForbidden)
            throw new IOException(error.ToString());
        throw new AuthorityException(
            $"{Name} can't be {verb}: {error.Message}; the service account needs get, create and update of secrets and get of configmaps in {rootNamespace}");
    }
}
