using System.Formats.Asn1;
using System.Security.Cryptography;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.Signing;

/// <summary>
/// Takes the public key out of a certificate signing request (PKCS#10, RFC 2986), after its signature was checked. All else that a request says
/// is not even read: names, extensions, attributes.
/// </summary>
public static class CsrReader
{
    /// <summary>Greatest size of a request, PEM or DER.</summary>
    public const int MaxBytes = 16 * 1024;

    private const string Label = "CERTIFICATE REQUEST", OldLabel = "NEW CERTIFICATE REQUEST";

    /// <summary>Reads a request in PEM (the first block counts) or DER as base64.</summary>
    /// <exception cref="CsrException">It is too big, malformed, not signed by its own key, or the key is not allowed.</exception>
    public static SubjectKey Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxBytes)
            throw TooBig();
        if (!PemEncoding.TryFind(text, out var fields))
            return Read(Decode(text));
        return text[fields.Label] is Label or OldLabel
            ? Read(Decode(text[fields.Base64Data]))
            : throw new CsrException($"the first PEM block of the certificate request is no {Label}");
    }

    /// <summary>Reads a request in DER.</summary>
    /// <exception cref="CsrException">It is too big, malformed, not signed by its own key, or the key is not allowed.</exception>
    public static SubjectKey Read(byte[] der) => Read(der, OpenSslKeys.AreThere);

    /// <summary>The same, by a verifier of choice.</summary>
    internal static SubjectKey Read(byte[] der, bool byOpenSsl)
    {
        ArgumentNullException.ThrowIfNull(der);
        if (der.Length > MaxBytes)
            throw TooBig();
        try
        {
            return ReadRequest(der, byOpenSsl);
        }
        catch (Exception fault) when (IsBadInput(fault))
        {
            throw new CsrException($"the certificate request is malformed or not signed by its own key; {KeyPolicy.Expected} supported", fault);
        }
    }

    private static SubjectKey ReadRequest(byte[] der, bool byOpenSsl)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var request = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var signed = request.ReadEncodedValue();
        var algorithm = request.ReadSequence().ReadObjectIdentifier();
        var signature = request.ReadBitString(out var unused);
        request.ThrowIfNotEmpty();
        var info = new AsnReader(signed, AsnEncodingRules.DER).ReadSequence();
        if (!info.TryReadInt32(out var version) || version != 0 || unused != 0)
            throw new CsrException("the certificate request is not of version 1 of PKCS#10");
        info.ReadEncodedValue();
        var encoded = info.ReadEncodedValue();
        if (!RequestKey.Read(encoded).Verify(algorithm, signed.Span, signature, byOpenSsl))
            throw new CsrException("the certificate request is not signed by its own key, or not with SHA-256, SHA-384 or SHA-512");
        return new SubjectKey(encoded);
    }

    private static byte[] Decode(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException fault)
        {
            throw new CsrException("the certificate request is neither PEM nor base64 of DER", fault);
        }
    }

    // What malformed input makes of .NET and OpenSSL.
    private static bool IsBadInput(Exception fault) =>
        fault is AsnContentException or CryptographicException or NotSupportedException or PlatformNotSupportedException or ArgumentException or OverflowException;

    private static CsrException TooBig() => new($"the certificate request is bigger than {MaxBytes} bytes");
}
