using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.Signing;

/// <summary>
/// Takes the public key out of a certificate signing request (PKCS#10), after its signature was checked. All else that a request says is
/// ignored: names, extensions, attributes.
/// </summary>
public static class CsrReader
{
    /// <summary>Greatest size of a request, PEM or DER.</summary>
    public const int MaxBytes = 16 * 1024;

    private const string Label = "CERTIFICATE REQUEST", OldLabel = "NEW CERTIFICATE REQUEST";

    /// <summary>Reads a request in PEM (the first block counts) or DER as base64.</summary>
    /// <exception cref="CsrException">It is too big, malformed, not signed by its own key, or the key is not allowed.</exception>
    public static PublicKey Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > MaxBytes)
            throw TooBig();
        if (PemEncoding.TryFind(text, out var fields))
        {
            if (text[fields.Label] is not (Label or OldLabel))
                throw new CsrException($"the first PEM block of the certificate request is no {Label}");
            return Read(Decode(text[fields.Base64Data]));
        }

        return Read(Decode(text));
    }

    /// <summary>Reads a request in DER.</summary>
    /// <exception cref="CsrException">It is too big, malformed, not signed by its own key, or the key is not allowed.</exception>
    public static PublicKey Read(byte[] der)
    {
        ArgumentNullException.ThrowIfNull(der);
        if (der.Length > MaxBytes)
            throw TooBig();
        PublicKey key;
        try
        {
            // The defaults check the signature and leave out the extensions asked for; they must stay so.
            key = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.Default, RSASignaturePadding.Pkcs1).PublicKey;
        }
        catch (Exception fault) when (IsBadInput(fault))
        {
            throw new CsrException($"the certificate request is malformed or not signed by its own key; {KeyPolicy.Expected} supported", fault);
        }

        Check(key);
        return key;
    }

    private static void Check(PublicKey key)
    {
        bool allowed;
        try
        {
            using var rsa = key.GetRSAPublicKey();
            using var ec = rsa is null ? key.GetECDsaPublicKey() : null;
            allowed = rsa is not null ? KeyPolicy.IsAllowed(rsa) : ec is not null && KeyPolicy.IsAllowed(ec);
        }
        catch (Exception fault) when (IsBadInput(fault))
        {
            throw new CsrException("the key of the certificate request is malformed", fault);
        }

        if (!allowed)
            throw new CsrException($"the key of the certificate request is not allowed: {KeyPolicy.Expected} allowed");
    }

    private static byte[] Decode(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException fault)
        {
            throw new CsrException($"the certificate request is neither PEM nor base64 of DER", fault);
        }
    }

    // What malformed input makes of .NET and OpenSSL: CryptographicException and its subclasses, and those for what the platform lacks.
    private static bool IsBadInput(Exception fault) =>
        fault is CryptographicException or NotSupportedException or PlatformNotSupportedException or ArgumentException or OverflowException;

    private static CsrException TooBig() => new($"the certificate request is bigger than {MaxBytes} bytes");
}
