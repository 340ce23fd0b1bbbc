using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Security.Signing;

/// <summary>The extensions of the certificates that are issued: those of istiod.</summary>
internal static class CertificateForm
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2), Uri = new(TagClass.ContextSpecific, 6), IpAddress = new(TagClass.ContextSpecific, 7);

    // Written to by nobody: shared by all certificates.
    private static readonly X509Extension[] Common =
    [
        new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true),
        new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication), new Oid(ClientAuthentication)], critical: false),
        new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true),
    ];

    /// <summary>Adds what every leaf has, and its names. The subject is empty, so the names are critical (RFC 5280, 4.2.1.6).</summary>
    public static void Apply(CertificateRequest request, X509Certificate2 issuer, CertificateNames names)
    {
        foreach (var extension in Common)
            request.CertificateExtensions.Add(extension);
        if (issuer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } identifier)
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        request.CertificateExtensions.Add(Names(names));
    }

    private static X509Extension Names(CertificateNames names)
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

        return new X509Extension(SubjectAlternativeName, writer.Encode(), critical: true);
    }
}
