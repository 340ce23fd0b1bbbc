using System.Runtime.InteropServices;
using System.Security.Cryptography;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace ControlPlane.Security.Signing;

/// <summary>
/// Checks signatures with keys that are used once, by OpenSSL's own functions. What .NET does to import a key costs several times the check: with
/// OpenSSL 3 it translates it from and to parameters, and multiplies a point of a curve by the order, which says nothing on curves with a cofactor
/// of one. Where this library is not there, .NET does it.
/// </summary>
internal static class OpenSslKeys
{
    private const string Library = "libcrypto.so.3";

    // OpenSSL's numbers of names (obj_mac.h).
    private const int Sha256 = 672, Sha384 = 673, Sha512 = 674, P256 = 415, P384 = 715;

    private static readonly string[] Functions =
    [
        "EC_KEY_new_by_curve_name", "EC_KEY_free", "EC_KEY_oct2key", "ECDSA_verify", "RSA_new", "RSA_free", "RSA_set0_key", "RSA_verify", "BN_bin2bn",
        "BN_free", "ERR_clear_error",
    ];

    /// <summary>Whether the library is there.</summary>
    public static bool AreThere { get; } =
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad(Library, out var handle) && Functions.All(name => NativeLibrary.TryGetExport(handle, name, out _));

    /// <summary>Whether a signature, DER of r and s, is that of an elliptic key over a hash.</summary>
    /// <param name="fieldBytes">Bytes of a coordinate, which name the curve: 32 or 48.</param>
    /// <param name="point">The key, an uncompressed point.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="signature">The signature.</param>
    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public static bool VerifyEc(int fieldBytes, byte[] point, byte[] hash, byte[] signature)
    {
        var key = EC_KEY_new_by_curve_name(fieldBytes == 32 ? P256 : P384);
        try
        {
            if (key == 0 || EC_KEY_oct2key(key, point, (nuint)point.Length, 0) != 1)
                throw new CryptographicException("the key is no point of its curve");
            return ECDSA_verify(0, hash, hash.Length, signature, signature.Length, key) == 1;
        }
        finally
        {
            EC_KEY_free(key);

            // What failed stays in the thread's queue otherwise, and the next to fail would tell of it.
            ERR_clear_error();
        }
    }

    /// <summary>Whether a signature (PKCS#1 v1.5) is that of an RSA key over a hash.</summary>
    /// <param name="modulus">The modulus, most significant byte first.</param>
    /// <param name="exponent">The public exponent, likewise.</param>
    /// <param name="algorithm">SHA-256, SHA-384 or SHA-512.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="signature">The signature.</param>
    public static bool VerifyRsa(byte[] modulus, byte[] exponent, HashAlgorithmName algorithm, byte[] hash, byte[] signature)
    {
        var key = RSA_new();
        try
        {
            var (n, e) = (BN_bin2bn(modulus, modulus.Length, 0), BN_bin2bn(exponent, exponent.Length, 0));
            if (key == 0 || n == 0 || e == 0 || RSA_set0_key(key, n, e, 0) != 1)
            {
                BN_free(n);
                BN_free(e);
                throw new CryptographicException("the key can't be used");
            }

            return RSA_verify(NameOf(algorithm), hash, (uint)hash.Length, signature, (uint)signature.Length, key) == 1;
        }
        finally
        {
            RSA_free(key);
            ERR_clear_error();
        }
    }

    private static int NameOf(HashAlgorithmName algorithm) => algorithm.Name switch
    {
        "SHA256" => Sha256,
        "SHA384" => Sha384,
        _ => Sha512,
    };

    [DllImport(Library)]
    private static extern nint EC_KEY_new_by_curve_name(int name);

    [DllImport(Library)]
    private static extern void EC_KEY_free(nint key);

    [DllImport(Library)]
    private static extern int EC_KEY_oct2key(nint key, byte[] point, nuint length, nint context);

    [DllImport(Library)]
    private static extern int ECDSA_verify(int type, byte[] hash, int hashLength, byte[] signature, int signatureLength, nint key);

    [DllImport(Library)]
    private static extern nint RSA_new();

    [DllImport(Library)]
    private static extern void RSA_free(nint key);

    [DllImport(Library)]
    private static extern int RSA_set0_key(nint key, nint modulus, nint exponent, nint privateExponent);

    [DllImport(Library)]
    private static extern int RSA_verify(int type, byte[] hash, uint hashLength, byte[] signature, uint signatureLength, nint key);

    [DllImport(Library)]
    private static extern nint BN_bin2bn(byte[] bytes, int length, nint into);

    [DllImport(Library)]
    private static extern void BN_free(nint number);

    [DllImport(Library)]
    private static extern void ERR_clear_error();
}
