namespace ControlPlane.Security.Authority;

/// <summary>
/// The files of an authority that an operator plugs in: ca-cert.pem, ca-key.pem, root-cert.pem and cert-chain.pem, as Istio's Secret cacerts has
/// them, or tls.crt, tls.key and ca.crt, as cert-manager writes them; with either may be ca-crl.pem, what is revoked.
/// </summary>
public static class PluggedFiles
{
    private const string TlsCertificate = "tls.crt", TlsKey = "tls.key", TlsRoots = "ca.crt";

    /// <summary>All names that count.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        AuthorityFiles.Certificate, AuthorityFiles.Key, AuthorityFiles.Roots, AuthorityFiles.Chain, AuthorityFiles.Revoked, TlsCertificate, TlsKey, TlsRoots,
    ];

    /// <summary>The authority of the files.</summary>
    /// <param name="files">Texts by name; those that are not there are missing.</param>
    /// <param name="origin">Where they come from, for messages.</param>
    /// <exception cref="AuthorityException">One that is needed is missing.</exception>
    public static AuthorityMaterial ToMaterial(IReadOnlyDictionary<string, string> files, string origin)
    {
        ArgumentNullException.ThrowIfNull(files);
        var tls = !files.ContainsKey(AuthorityFiles.Certificate) && files.ContainsKey(TlsCertificate);
        var certificate = Required(files, tls ? TlsCertificate : AuthorityFiles.Certificate, origin);
        var key = Required(files, tls ? TlsKey : AuthorityFiles.Key, origin);
        var roots = Required(files, tls ? TlsRoots : AuthorityFiles.Roots, origin);

        // In tls.crt the chain follows the certificate.
        var chain = tls ? certificate : files.GetValueOrDefault(AuthorityFiles.Chain, "");
        return new AuthorityMaterial(certificate, key, chain, roots) { RevokedPem = files.GetValueOrDefault(AuthorityFiles.Revoked, "") };
    }

    private static string Required(IReadOnlyDictionary<string, string> files, string name, string origin) => files.GetValueOrDefault(name)
        ?? throw new AuthorityException($"{origin} lacks {name}: a plugged-in authority needs ca-cert.pem, ca-key.pem and root-cert.pem (or tls.crt, tls.key and ca.crt)");
}
