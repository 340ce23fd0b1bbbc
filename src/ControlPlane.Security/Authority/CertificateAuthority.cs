using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.TrustBundles;

namespace ControlPlane.Security.Authority;

/// <summary>An authority ready to sign: checked, immutable.</summary>
public sealed class CertificateAuthority
{
    private CertificateAuthority(AuthorityMaterial material, X509Certificate2 certificate, SigningKey key, IReadOnlyList<string> intermediates, TrustBundle roots, string origin)
    {
        Material = material;
        Certificate = certificate;
        Key = key;
        IntermediatesPem = intermediates;
        Roots = roots;
        Revoked = RevocationList.Read(material.RevokedPem, $"the revocation lists of {origin}");
        SignatureAlgorithm = key.Generator.GetSignatureAlgorithmIdentifier(key.Hash);
        KeyIdentifier = certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } identifier
            ? X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier).RawData
            : null;
        NotAfter = new DateTimeOffset(certificate.NotAfter).ToUniversalTime();
    }

    /// <summary>The signing certificate, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>What stands between a leaf and the root in a chain, nearest to the leaf first: one PEM each. Empty where a root signs.</summary>
    public IReadOnlyList<string> IntermediatesPem { get; }

    /// <summary>The roots that peers are to trust.</summary>
    public TrustBundle Roots { get; }

    /// <summary>What is revoked; peers whose chain has one of these are refused.</summary>
    public RevocationList Revoked { get; }

    /// <summary>From when on the signing certificate is no longer valid.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>The algorithm of its signatures, in DER.</summary>
    internal byte[] SignatureAlgorithm { get; }

    /// <summary>The extension of leaves that names its key, in DER; null where its own certificate does not.</summary>
    internal byte[]? KeyIdentifier { get; }

    internal AuthorityMaterial Material { get; }

    internal SigningKey Key { get; }

    /// <summary>Reads and checks material: certificate, key, the chain between them and a root.</summary>
    /// <param name="material">What to read.</param>
    /// <param name="origin">Where it comes from, for messages.</param>
    /// <exception cref="AuthorityException">Something is wrong with it. An expired certificate is not: it is refused when it is to sign.</exception>
    public static CertificateAuthority Load(AuthorityMaterial material, string origin)
    {
        ArgumentNullException.ThrowIfNull(material);
        var roots = TrustBundle.Read(material.RootsPem, $"the roots of {origin}");
        var certificate = Pems.Read(material.CertificatePem, $"the signing certificate of {origin}").FirstOrDefault()
            ?? throw new AuthorityException($"{origin} has no signing certificate");
        if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true })
            throw new AuthorityException($"the signing certificate of {origin} is not that of an authority (basic constraints, CA)");
        if (certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is { } usage && !usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign))
            throw new AuthorityException($"the signing certificate of {origin} may not sign certificates (key usage)");
        var key = SigningKey.Read(material.KeyPem, certificate, origin);
        var chain = Pems.Read(material.ChainPem, $"the chain of {origin}");
        if (!roots.Contains(certificate) && !roots.Trusts(certificate, chain, at: null, out var reason))
            throw new AuthorityException($"the signing certificate of {origin} does not lead to one of its roots: {reason}");
        return new CertificateAuthority(material, certificate, key, Intermediates(certificate, chain, roots), roots, origin);
    }

    // Files of chains often begin with the signing certificate and end with the root.
    private static string[] Intermediates(X509Certificate2 certificate, X509Certificate2Collection chain, TrustBundle roots) =>
        [.. chain.Prepend(certificate).Where(link => !roots.Contains(link)).Select(Pems.Write).Distinct(StringComparer.Ordinal)];
}
