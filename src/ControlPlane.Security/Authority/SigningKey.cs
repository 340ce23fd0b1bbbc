using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ControlPlane.Security.Authority;

/// <summary>The private key of an authority: signs and shows nothing. Safe for concurrent use, as the keys of OpenSSL are.</summary>
internal sealed class SigningKey
{
    private static readonly byte[] Probe = "which key is this"u8.ToArray();

    private SigningKey(X509SignatureGenerator generator, HashAlgorithmName hash)
    {
        Generator = generator;
        Hash = hash;
    }

    /// <summary>Signs certificates.</summary>
    public X509SignatureGenerator Generator { get; }

    /// <summary>The hash that goes with the key.</summary>
    public HashAlgorithmName Hash { get; }

    /// <summary>Reads the key of a certificate.</summary>
    /// <exception cref="AuthorityException">It is not the certificate's, or not one that is allowed.</exception>
    public static SigningKey Read(string pem, X509Certificate2 certificate, string origin)
    {
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw new AuthorityException($"the private key of {origin} is encrypted; give it without a passphrase, in a file that only this user can read");
        try
        {
            using var rsa = certificate.GetRSAPublicKey();
            if (rsa is not null)
                return OfRsa(pem, rsa, origin);
            using var ec = certificate.GetECDsaPublicKey();
            if (ec is not null)
                return OfEc(pem, ec, origin);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            // The cause may cite the text that it could not read.
            throw new AuthorityException($"the private key of {origin} can't be read: PKCS#8, PKCS#1 or SEC1 in PEM is expected, of the type of the certificate's key");
        }

        throw new AuthorityException($"the signing certificate of {origin} has a key that is neither RSA nor ECDSA");
    }

    private static SigningKey OfRsa(string pem, RSA expected, string origin)
    {
        var key = RSA.Create();
        key.ImportFromPem(pem);
        Require(KeyPolicy.IsAllowed(key), origin);
        var signature = key.SignData(Probe, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        RequireMatch(expected.VerifyData(Probe, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), origin);
        return new SigningKey(X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1), HashAlgorithmName.SHA256);
    }

    private static SigningKey OfEc(string pem, ECDsa expected, string origin)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        Require(KeyPolicy.IsAllowed(key), origin);
        RequireMatch(expected.VerifyData(Probe, key.SignData(Probe, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256), origin);
        return new SigningKey(X509SignatureGenerator.CreateForECDsa(key), key.KeySize > KeyPolicy.P256Bits ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256);
    }

    private static void Require(bool allowed, string origin)
    {
        if (!allowed)
            throw new AuthorityException($"the signing key of {origin} is not allowed: {KeyPolicy.Expected}");
    }

    private static void RequireMatch(bool matches, string origin)
    {
        if (!matches)
            throw new AuthorityException($"the private key of {origin} is not the one of its signing certificate");
    }
}
