using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.Signing;

/// <summary>
/// Writes certificates (RFC 5280) in the form of istiod's. Written by hand: what .NET offers takes the issuer's key type and validity into account
/// in ways that don't fit here, and loads every certificate back into OpenSSL, which costs several times the signature.
/// </summary>
internal static class CertificateForm
{
    private const string SubjectAlternativeName = "2.5.29.17", AuthorityKeyIdentifier = "2.5.29.35";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const int Version3 = 2;
    private const int LastYearOfUtcTime = 2049;

    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0), ExtensionsTag = new(TagClass.ContextSpecific, 3);
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2), Uri = new(TagClass.ContextSpecific, 6), IpAddress = new(TagClass.ContextSpecific, 7);

    private static readonly (string Oid, bool Critical, byte[] Value)[] Common =
    [
        Of(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true)),
        Of(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication), new Oid(ClientAuthentication)], critical: false)),
        Of(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true)),
    ];

    /// <summary>Writes and signs a certificate.</summary>
    public static byte[] Write(CertificateAuthority authority, SubjectKey key, CertificateNames names, byte[] serial, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var tbs = WriteContent(authority, key, names, serial, notBefore, notAfter);
        var signature = authority.Key.Generator.SignData(tbs, authority.Key.Hash);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(tbs);
            writer.WriteEncodedValue(authority.SignatureAlgorithm);
            writer.WriteBitString(signature);
        }

        return writer.Encode();
    }

    private static byte[] WriteContent(
        CertificateAuthority authority, SubjectKey key, CertificateNames names, byte[] serial, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(VersionTag))
                writer.WriteInteger(Version3);
            writer.WriteIntegerUnsigned(serial);
            writer.WriteEncodedValue(authority.SignatureAlgorithm);
            writer.WriteEncodedValue(authority.Certificate.SubjectName.RawData);
            using (writer.PushSequence())
            {
                WriteTime(writer, notBefore);
                WriteTime(writer, notAfter);
            }

            // The subject is empty, so the names below are critical (4.2.1.6).
            using (writer.PushSequence())
            {
            }

            writer.WriteEncodedValue(key.Encoded.Span);
            using (writer.PushSequence(ExtensionsTag))
            using (writer.PushSequence())
                WriteExtensions(writer, authority, names);
        }

        return writer.Encode();
    }

    private static void WriteExtensions(AsnWriter writer, CertificateAuthority authority, CertificateNames names)
    {
        foreach (var (oid, critical, value) in Common)
            WriteExtension(writer, oid, critical, value);
        if (authority.KeyIdentifier is { } identifier)
            WriteExtension(writer, AuthorityKeyIdentifier, critical: false, identifier);
        WriteExtension(writer, SubjectAlternativeName, critical: true, EncodeNames(names));
    }

    private static void WriteExtension(AsnWriter writer, string oid, bool critical, byte[] value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (critical)
                writer.WriteBoolean(true);
            writer.WriteOctetString(value);
        }
    }

    private static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        if (time.UtcDateTime.Year <= LastYearOfUtcTime)
            writer.WriteUtcTime(time, LastYearOfUtcTime);
        else
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
    }

    private static byte[] EncodeNames(CertificateNames names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (names.Identity is { } identity)
                writer.WriteCharacterString(UniversalTagNumber.IA5String, identity.ToString(), Uri);
            foreach (var name in names.DnsNames)
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, DnsName);
            foreach (var address in names.Addresses)
                writer.WriteOctetString(address.GetAddressBytes(), IpAddress);
        }

        return writer.Encode();
    }

    private static (string Oid, bool Critical, byte[] Value) Of(X509Extension extension) => (extension.Oid!.Value!, extension.Critical, extension.RawData);
}
