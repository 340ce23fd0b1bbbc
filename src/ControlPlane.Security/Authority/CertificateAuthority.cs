using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.TrustBundles;

namespace ControlPlane.Security.Authority;

/// <summary>An authority ready to sign: checked, immutable.</summary>
public sealed class CertificateAuthority
{
    private CertificateAuthority(
        AuthorityMaterial material, X509Certificate2 certificate, SigningKey key, IReadOnlyList<X509Certificate2> intermediates, TrustBundle roots, RevocationList revoked)
    {
        Material = material;
        Certificate = certificate;
        Key = key;
        IntermediatesPem = [.. intermediates.Select(Pems.Write)];
        Roots = roots;
        Revoked = revoked;
        Unlisted = revoked.Pem.Length == 0 ? [] : [.. intermediates.Concat(roots.Roots).Where(authority => !revoked.IsOf(authority)).Select(authority => authority.Subject)];
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

    /// <summary>
    /// Where there are revocation lists: the authorities of its chains that have none, by name. A verifier such as Envoy that is given lists refuses
    /// every chain in which one is missing.
    /// </summary>
    public IReadOnlyList<string> Unlisted { get; }

    /// <summary>From when on the signing certificate is no longer valid.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>The algorithm of its signatures, in DER.</summary>
    internal byte[] SignatureAlgorithm { get; }

    /// <summary>The extension of leaves that names its key, in DER; null where its own certificate does not.</summary>
    internal byte[]? KeyIdentifier { get; }

    internal AuthorityMaterial Material { get; }

    /// <summary>Whether certificates of both are shown in the same way: the same signer and the same intermediates. Roots and lists may differ.</summary>
    internal bool PresentsAs(CertificateAuthority other) => Same(Certificate, other.Certificate) && IntermediatesPem.SequenceEqual(other.IntermediatesPem);

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
        var revoked = RevocationList.Read(material.RevokedPem, [.. roots.Roots, certificate, .. chain], $"the revocation lists of {origin}");
        return new CertificateAuthority(material, certificate, key, Intermediates(certificate, chain, roots), roots, revoked);
    }

    // Files of chains often begin with the signing certificate and end with the root, in any order; what is shown leads from one to its issuer.
    private static List<X509Certificate2> Intermediates(X509Certificate2 certificate, X509Certificate2Collection chain, TrustBundle roots)
    {
        var links = new List<X509Certificate2>();
        var rest = chain.Where(link => !roots.Contains(link) && !Same(link, certificate)).ToList();
        for (var next = roots.Contains(certificate) ? null : certificate; next is not null;)
        {
            var link = next;
            links.Add(link);
            next = rest.Find(other => other.SubjectName.RawData.AsSpan().SequenceEqual(link.IssuerName.RawData));
            rest.Remove(next!);
        }

        return links;
    }

    // Not Equals, which looks at issuer and serial number alone.
    private static bool Same(X509Certificate2 one, X509Certificate2 other) => one.RawDataMemory.Span.SequenceEqual(other.RawDataMemory.Span);
}
