namespace ControlPlane.Security.Authority;

/// <summary>What an authority consists of, as PEM. Holds a private key: no member shows it but <see cref="KeyPem"/>.</summary>
public sealed class AuthorityMaterial
{
    /// <summary>Makes material.</summary>
    /// <param name="certificatePem">The signing certificate.</param>
    /// <param name="keyPem">Its private key.</param>
    /// <param name="chainPem">The certificates between it and the root, nearest first; "" where there are none.</param>
    /// <param name="rootsPem">The roots that peers are to trust.</param>
    public AuthorityMaterial(string certificatePem, string keyPem, string chainPem, string rootsPem)
    {
        CertificatePem = certificatePem;
        KeyPem = keyPem;
        ChainPem = chainPem;
        RootsPem = rootsPem;
    }

    /// <summary>The signing certificate.</summary>
    public string CertificatePem { get; }

    /// <summary>The private key of the signing certificate. Never to be logged.</summary>
    public string KeyPem { get; }

    /// <summary>The certificates between the signing certificate and the root; "" where there are none.</summary>
    public string ChainPem { get; }

    /// <summary>The roots that peers are to trust; several while a root is being replaced.</summary>
    public string RootsPem { get; }

    /// <summary>What issuers of the chain have revoked (CRLs); "" where nothing is given.</summary>
    public string RevokedPem { get; init; } = "";

    /// <summary>Whether all texts are the same.</summary>
    public bool SameAs(AuthorityMaterial? other) =>
        other is not null && CertificatePem == other.CertificatePem && KeyPem == other.KeyPem && ChainPem == other.ChainPem && RootsPem == other.RootsPem
        && RevokedPem == other.RevokedPem;

    /// <summary>The same authority with other roots beside it.</summary>
    public AuthorityMaterial WithRoots(string rootsPem) => new(CertificatePem, KeyPem, ChainPem, rootsPem) { RevokedPem = RevokedPem };

    /// <summary>Says nothing about the content.</summary>
    public override string ToString() => nameof(AuthorityMaterial);
}
