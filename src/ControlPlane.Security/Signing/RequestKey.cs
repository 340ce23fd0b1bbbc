using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.Signing;

/// <summary>The public key of a certificate request: one that is allowed.</summary>
internal sealed class RequestKey
{
    private const string Rsa = "1.2.840.113549.1.1.1", Ec = "1.2.840.10045.2.1";
    private const byte Uncompressed = 4;
    private const int MaxExponentBytes = 8;

    // With 1 a signature is what it signs, and proves nothing.
    private const int SmallestExponent = 3;

    private readonly string _curve;
    private readonly int _fieldBytes;

    // The point, or the modulus.
    private readonly byte[] _number;
    private readonly byte[] _exponent;

    private RequestKey(string curve, int fieldBytes, byte[] number, byte[] exponent) =>
        (_curve, _fieldBytes, _number, _exponent) = (curve, fieldBytes, number, exponent);

    private bool IsRsa => _curve.Length == 0;

    /// <summary>Reads a SubjectPublicKeyInfo.</summary>
    /// <exception cref="CsrException">The key is not allowed.</exception>
    /// <exception cref="AsnContentException">It is malformed.</exception>
    public static RequestKey Read(ReadOnlyMemory<byte> encoded)
    {
        var info = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        var algorithm = info.ReadSequence();
        var kind = algorithm.ReadObjectIdentifier();
        var curve = kind == Ec ? algorithm.ReadObjectIdentifier() : "";

        // The key goes into a certificate as it is: nothing may come along that others read otherwise. With RSA there is NULL (RFC 3279, 2.3.1).
        if (kind == Rsa)
            algorithm.ReadNull();
        else if (kind != Ec)
            throw NotAllowed();
        algorithm.ThrowIfNotEmpty();
        var bits = info.ReadBitString(out var unused);
        info.ThrowIfNotEmpty();
        if (unused != 0)
            throw NotAllowed();
        return kind == Rsa ? ReadRsa(bits) : ReadEc(curve, bits);
    }

    /// <summary>Whether a signature is this key's; false for an algorithm that is not of the key or too weak.</summary>
    /// <param name="algorithm">Its object identifier.</param>
    /// <param name="signed">What was signed.</param>
    /// <param name="signature">The signature.</param>
    /// <param name="byOpenSsl">Whether OpenSSL does it, which must be there, and not .NET.</param>
    /// <exception cref="CryptographicException">It is no key, e.g. a point that is not on the curve.</exception>
    public bool Verify(string algorithm, ReadOnlySpan<byte> signed, byte[] signature, bool byOpenSsl)
    {
        var (isRsa, hash) = algorithm switch
        {
            "1.2.840.113549.1.1.11" => (true, HashAlgorithmName.SHA256),
            "1.2.840.113549.1.1.12" => (true, HashAlgorithmName.SHA384),
            "1.2.840.113549.1.1.13" => (true, HashAlgorithmName.SHA512),
            "1.2.840.10045.4.3.2" => (false, HashAlgorithmName.SHA256),
            "1.2.840.10045.4.3.3" => (false, HashAlgorithmName.SHA384),
            "1.2.840.10045.4.3.4" => (false, HashAlgorithmName.SHA512),
            _ => (false, default),
        };
        if (hash.Name is null || isRsa != IsRsa)
            return false;
        var digest = CryptographicOperations.HashData(hash, signed);
        if (!byOpenSsl)
            return IsRsa ? VerifyRsa(hash, digest, signature) : VerifyEc(digest, signature);
        return IsRsa ? OpenSslKeys.VerifyRsa(_number, _exponent, hash, digest, signature) : OpenSslKeys.VerifyEc(_fieldBytes, _number, digest, signature);
    }

    private bool VerifyRsa(HashAlgorithmName hash, byte[] digest, byte[] signature)
    {
        using var key = RSA.Create(new RSAParameters { Modulus = _number, Exponent = _exponent });
        return key.VerifyHash(digest, signature, hash, RSASignaturePadding.Pkcs1);
    }

    private bool VerifyEc(byte[] digest, byte[] signature)
    {
        var parameters = new ECParameters
        {
            Curve = ECCurve.CreateFromValue(_curve), Q = new ECPoint { X = _number[1..(1 + _fieldBytes)], Y = _number[(1 + _fieldBytes)..] },
        };
        using var key = ECDsa.Create(parameters);
        return key.VerifyHash(digest, signature, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static RequestKey ReadRsa(byte[] bits)
    {
        var key = new AsnReader(bits, AsnEncodingRules.DER).ReadSequence();
        var (modulus, exponent) = (key.ReadInteger(), key.ReadInteger());
        key.ThrowIfNotEmpty();
        if (!KeyPolicy.IsAllowed((int)long.Min(modulus.GetBitLength(), int.MaxValue)) || modulus.Sign < 0 || exponent < SmallestExponent || exponent.IsEven || exponent.GetByteCount(true) > MaxExponentBytes)
            throw NotAllowed();
        return new RequestKey("", 0, Bytes(modulus), Bytes(exponent));
    }

    private static RequestKey ReadEc(string curve, byte[] point)
    {
        var length = KeyPolicy.FieldBytes(curve);
        return length > 0 && point.Length == 1 + (2 * length) && point[0] == Uncompressed
            ? new RequestKey(curve, length, point, [])
            : throw NotAllowed();
    }

    private static byte[] Bytes(BigInteger number) => number.ToByteArray(isUnsigned: true, isBigEndian: true);

    private static CsrException NotAllowed() => new($"the key of the certificate request is not allowed: {KeyPolicy.Expected} allowed");
}
