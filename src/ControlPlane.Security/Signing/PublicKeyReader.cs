using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using ControlPlane.Security.Authority;

namespace ControlPlane.Security.Signing;

/// <summary>A public key that is allowed, ready to verify with.</summary>
internal sealed class PublicKeyReader : IDisposable
{
    private const string RsaKey = "1.2.840.113549.1.1.1", EcKey = "1.2.840.10045.2.1";
    private const byte Uncompressed = 4;
    private const int MaxExponentBytes = 8;

    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;

    private PublicKeyReader(RSA? rsa, ECDsa? ec) => (_rsa, _ec) = (rsa, ec);

    /// <summary>Reads a SubjectPublicKeyInfo. Whether a key is allowed is known before it is imported.</summary>
    /// <exception cref="CsrException">The key is not allowed.</exception>
    /// <exception cref="AsnContentException">It is malformed.</exception>
    /// <exception cref="CryptographicException">It is no key, e.g. a point that is not on the curve.</exception>
    public static PublicKeyReader Read(ReadOnlyMemory<byte> encoded)
    {
        var info = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
        var algorithm = info.ReadSequence();
        var kind = algorithm.ReadObjectIdentifier();
        var bits = info.ReadBitString(out var unused);
        info.ThrowIfNotEmpty();
        return (unused, kind) switch
        {
            (0, RsaKey) => ReadRsa(bits),
            (0, EcKey) => ReadEc(algorithm.ReadObjectIdentifier(), bits),
            _ => throw NotAllowed(),
        };
    }

    /// <summary>Whether a signature is this key's; false for an algorithm that is not of the key or too weak.</summary>
    public bool Verify(string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
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
        if (hash.Name is null)
            return false;
        return isRsa
            ? _rsa is not null && _rsa.VerifyData(signed, signature, hash, RSASignaturePadding.Pkcs1)
            : _ec is not null && _ec.VerifyData(signed, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    public void Dispose()
    {
        _rsa?.Dispose();
        _ec?.Dispose();
    }

    private static PublicKeyReader ReadRsa(byte[] bits)
    {
        var key = new AsnReader(bits, AsnEncodingRules.DER).ReadSequence();
        var (modulus, exponent) = (key.ReadInteger(), key.ReadInteger());
        key.ThrowIfNotEmpty();
        if (!KeyPolicy.IsAllowed((int)long.Min(modulus.GetBitLength(), int.MaxValue)) || modulus.Sign < 0 || exponent.Sign < 0 || exponent.IsEven || exponent.GetByteCount(true) > MaxExponentBytes)
            throw NotAllowed();
        return new PublicKeyReader(RSA.Create(new RSAParameters { Modulus = Bytes(modulus), Exponent = Bytes(exponent) }), null);
    }

    private static PublicKeyReader ReadEc(string curve, byte[] point)
    {
        var length = KeyPolicy.FieldBytes(curve);
        if (length == 0 || point.Length != 1 + (2 * length) || point[0] != Uncompressed)
            throw NotAllowed();
        var parameters = new ECParameters
        {
            Curve = ECCurve.CreateFromValue(curve), Q = new ECPoint { X = point[1..(1 + length)], Y = point[(1 + length)..] },
        };
        return new PublicKeyReader(null, ECDsa.Create(parameters));
    }

    private static byte[] Bytes(BigInteger number) => number.ToByteArray(isUnsigned: true, isBigEndian: true);

    private static CsrException NotAllowed() => new($"the key of the certificate request is not allowed: {KeyPolicy.Expected} allowed");
}
