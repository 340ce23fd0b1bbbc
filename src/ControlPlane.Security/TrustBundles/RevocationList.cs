using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.TrustBundles;

/// <summary>
/// The certificates that their issuers have revoked (CRLs, RFC 5280, 5): those of a plugged-in authority, which its operator keeps up. Immutable.
/// Their signatures are not checked: they come from where the authority's key does.
/// </summary>
public sealed class RevocationList
{
    /// <summary>Greatest size of the lists, PEM: what a ConfigMap can hold.</summary>
    public const int MaxLength = 1_000_000;

    private const string Label = "X509 CRL";

    // Issuer and serial number in hexadecimal, joined.
    private readonly FrozenSet<string> _revoked;

    private RevocationList(string pem, IEnumerable<string> revoked)
    {
        Pem = pem;
        _revoked = revoked.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>No list at all.</summary>
    public static RevocationList None { get; } = new("", []);

    /// <summary>The lists as they were given; "" for none.</summary>
    public string Pem { get; }

    /// <summary>Reads lists, one PEM block each.</summary>
    /// <param name="pem">The lists; "" for none.</param>
    /// <param name="what">What is read, for messages.</param>
    /// <exception cref="AuthorityException">They are too long, or a block is no list.</exception>
    public static RevocationList Read(string pem, string what)
    {
        ArgumentNullException.ThrowIfNull(pem);
        if (pem.Length == 0)
            return None;
        if (pem.Length > MaxLength)
            throw new AuthorityException($"{what} has {pem.Length} characters, more than {MaxLength}");
        var revoked = new List<string>();
        var lists = 0;
        try
        {
            for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..], lists++)
            {
                if (!rest[fields.Label].SequenceEqual(Label))
                    throw new AuthorityException($"{what} holds a block that is no {Label}");
                ReadOne(Convert.FromBase64String(rest[fields.Base64Data].ToString()), revoked);
            }
        }
        catch (Exception fault) when (fault is AsnContentException or FormatException or CryptographicException)
        {
            throw new AuthorityException($"{what} holds a list that can't be read: {fault.Message}", fault);
        }

        return lists > 0 ? new RevocationList(pem, revoked) : throw new AuthorityException($"there is no {Label} in {what}");
    }

    /// <summary>Whether a certificate is on the list of its issuer.</summary>
    public bool Contains(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return _revoked.Count > 0 && _revoked.Contains(Entry(certificate.IssuerName.RawData, certificate.SerialNumberBytes.Span));
    }

    // CertificateList: the signed part, an algorithm and a signature. Of the signed part: version (optional), algorithm, issuer, this update, next
    // update (optional), and the revoked ones (optional), each with its serial number first.
    private static void ReadOne(byte[] der, List<string> revoked)
    {
        var list = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var content = list.ReadSequence();
        if (content.PeekTag() == Asn1Tag.Integer)
            content.ReadInteger();
        content.ReadSequence();
        var issuer = content.ReadEncodedValue().ToArray();
        content.ReadEncodedValue();
        if (content.HasData && content.PeekTag().TagClass == TagClass.Universal && content.PeekTag() != Asn1Tag.Sequence)
            content.ReadEncodedValue();
        if (!content.HasData || content.PeekTag() != Asn1Tag.Sequence)
            return;
        for (var entries = content.ReadSequence(); entries.HasData;)
            revoked.Add(Entry(issuer, entries.ReadSequence().ReadIntegerBytes().Span));
    }

    private static string Entry(byte[] issuer, ReadOnlySpan<byte> serial) =>
        $"{Convert.ToHexString(issuer)} {Convert.ToHexString(serial.TrimStart((byte)0))}";
}
