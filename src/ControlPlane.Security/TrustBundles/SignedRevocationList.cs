using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.TrustBundles;

/// <summary>One CRL (RFC 5280, 5.1), taken apart. Nothing in it is to be believed before <see cref="Verify"/>.</summary>
internal sealed class SignedRevocationList
{
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 0);

    // Those that a reader has to know, which makes no other list of it: what is marked critical besides changes whom it speaks of (5.2).
    private const string Number = "2.5.29.20", AuthorityKey = "2.5.29.35";

    private readonly ReadOnlyMemory<byte> _signed;
    private readonly string _algorithm;
    private readonly byte[] _signature;

    private SignedRevocationList(ReadOnlyMemory<byte> signed, string algorithm, byte[] signature, string issuer, DateTimeOffset? nextUpdate, IReadOnlyList<ReadOnlyMemory<byte>> serials)
    {
        (_signed, _algorithm, _signature) = (signed, algorithm, signature);
        (Issuer, NextUpdate, Serials) = (issuer, nextUpdate, serials);
    }

    /// <summary>Name of the issuer.</summary>
    public string Issuer { get; }

    /// <summary>When the next one is due; null where it does not say.</summary>
    public DateTimeOffset? NextUpdate { get; }

    /// <summary>Serial numbers of what is revoked.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Serials { get; }

    /// <summary>Takes a list apart.</summary>
    /// <exception cref="AuthorityException">It is not a whole list of one issuer.</exception>
    /// <exception cref="AsnContentException">It is malformed.</exception>
    public static SignedRevocationList Parse(byte[] der, string what)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var list = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var signed = list.PeekEncodedValue();
        var content = list.ReadSequence();
        var algorithm = list.PeekEncodedValue();
        var name = list.ReadSequence().ReadObjectIdentifier();
        var signature = list.ReadBitString(out _);
        list.ThrowIfNotEmpty();

        // Version (optional), algorithm, issuer, this update, next update (optional), what is revoked (optional), extensions (optional).
        if (content.PeekTag() == Asn1Tag.Integer)
            content.ReadInteger();
        if (!content.ReadEncodedValue().Span.SequenceEqual(algorithm.Span))
            throw new AuthorityException($"{what} holds a list that names two algorithms for one signature");
        var issuer = new X500DistinguishedName(content.ReadEncodedValue().Span).Name;
        ReadTime(content);
        DateTimeOffset? nextUpdate = content.HasData && content.PeekTag() is var tag && tag.TagClass == TagClass.Universal && tag != Asn1Tag.Sequence ? ReadTime(content) : null;
        var serials = new List<ReadOnlyMemory<byte>>();
        if (content.HasData && content.PeekTag() == Asn1Tag.Sequence)
            ReadEntries(content.ReadSequence(), serials, issuer, what);
        if (content.HasData)
            CheckExtensions(content.ReadSequence(ExtensionsTag).ReadSequence(), issuer, what);
        content.ThrowIfNotEmpty();
        return new SignedRevocationList(signed, name, signature, issuer, nextUpdate, serials);
    }

    /// <summary>Checks the signature.</summary>
    /// <exception cref="AuthorityException">None of the authorities has signed it; the message says what is wrong.</exception>
    public void Verify(IEnumerable<X509Certificate2> authorities, string what)
    {
        var known = authorities.Where(authority => authority.SubjectName.Name == Issuer).ToList();
        if (known.Count == 0)
            throw new AuthorityException($"{what} holds a list of '{Issuer}', which is neither one of the roots nor in the chain; take it out, or add that certificate to {AuthorityFiles.Chain}");
        var signers = known.Where(IsSignedBy).ToList();
        if (signers.Count == 0)
            throw new AuthorityException($"{what} holds a list of '{Issuer}' that is not signed by its key, or not with RSA (PKCS#1) or ECDSA and SHA-256, SHA-384 or SHA-512");

        // Envoy refuses every certificate of such an issuer.
        if (!signers.Any(MaySign))
            throw new AuthorityException($"{what} holds a list of '{Issuer}', whose certificate does not allow it to sign lists (key usage, cRLSign)");
    }

    private static bool MaySign(X509Certificate2 authority) =>
        authority.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is not { } usage || usage.KeyUsages.HasFlag(X509KeyUsageFlags.CrlSign);

    private bool IsSignedBy(X509Certificate2 authority)
    {
        using var rsa = authority.GetRSAPublicKey();
        using var ec = authority.GetECDsaPublicKey();
        return _algorithm switch
        {
            "1.2.840.113549.1.1.11" => rsa?.VerifyData(_signed.Span, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) == true,
            "1.2.840.113549.1.1.12" => rsa?.VerifyData(_signed.Span, _signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1) == true,
            "1.2.840.113549.1.1.13" => rsa?.VerifyData(_signed.Span, _signature, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1) == true,
            "1.2.840.10045.4.3.2" => ec?.VerifyData(_signed.Span, _signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence) == true,
            "1.2.840.10045.4.3.3" => ec?.VerifyData(_signed.Span, _signature, HashAlgorithmName.SHA384, DSASignatureFormat.Rfc3279DerSequence) == true,
            "1.2.840.10045.4.3.4" => ec?.VerifyData(_signed.Span, _signature, HashAlgorithmName.SHA512, DSASignatureFormat.Rfc3279DerSequence) == true,
            _ => false,
        };
    }

    private static DateTimeOffset ReadTime(AsnReader content) =>
        content.PeekTag() == Asn1Tag.UtcTime ? content.ReadUtcTime() : content.ReadGeneralizedTime();

    private static void ReadEntries(AsnReader entries, List<ReadOnlyMemory<byte>> serials, string issuer, string what)
    {
        while (entries.HasData)
        {
            var entry = entries.ReadSequence();
            serials.Add(entry.ReadIntegerBytes());
            ReadTime(entry);
            if (entry.HasData)
                CheckExtensions(entry.ReadSequence(), issuer, what);
            entry.ThrowIfNotEmpty();
        }
    }

    private static void CheckExtensions(AsnReader extensions, string issuer, string what)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            if (extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean() && oid is not (Number or AuthorityKey))
                throw new AuthorityException($"{what} holds a list of '{issuer}' with the critical extension {oid}: only whole lists of one issuer are supported");
        }
    }
}
