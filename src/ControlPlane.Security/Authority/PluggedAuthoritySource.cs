namespace ControlPlane.Security.Authority;

/// <summary>
/// An authority that the operator plugs in: a directory with ca-cert.pem, ca-key.pem, root-cert.pem and cert-chain.pem, as Istio's Secret
/// cacerts is mounted, or with tls.crt, tls.key and ca.crt, as cert-manager writes them; with either may be ca-crl.pem, what is revoked.
/// </summary>
/// <param name="directory">The directory.</param>
public sealed class PluggedAuthoritySource(string directory) : IAuthoritySource
{
    private const string TlsCertificate = "tls.crt", TlsKey = "tls.key", TlsRoots = "ca.crt";

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
        var tls = !File.Exists(Path.Combine(directory, AuthorityFiles.Certificate)) && File.Exists(Path.Combine(directory, TlsCertificate));
        var certificate = await RequiredAsync(tls ? TlsCertificate : AuthorityFiles.Certificate, cancellationToken).ConfigureAwait(false);
        var key = await RequiredAsync(tls ? TlsKey : AuthorityFiles.Key, cancellationToken).ConfigureAwait(false);
        var roots = await RequiredAsync(tls ? TlsRoots : AuthorityFiles.Roots, cancellationToken).ConfigureAwait(false);

        // In tls.crt the chain follows the certificate.
        var chain = tls ? certificate : await ReadAsync(AuthorityFiles.Chain, cancellationToken).ConfigureAwait(false) ?? "";
        var revoked = await ReadAsync(AuthorityFiles.Revoked, cancellationToken).ConfigureAwait(false) ?? "";
        return new AuthorityMaterial(certificate, key, chain, roots) { RevokedPem = revoked };
    }

    private async Task<string> RequiredAsync(string name, CancellationToken cancellationToken) =>
        await ReadAsync(name, cancellationToken).ConfigureAwait(false)
        ?? throw new AuthorityException($"{directory} lacks {name}: a plugged-in authority needs ca-cert.pem, ca-key.pem and root-cert.pem (or tls.crt, tls.key and ca.crt)");

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
