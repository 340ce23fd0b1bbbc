using System.Security.Cryptography;

namespace ControlPlane.Security.Callers;

/// <summary>A public key that tokens are verified with, and the algorithms that go with it. There are none but those of asymmetric keys.</summary>
internal abstract class TokenKey
{
    private protected TokenKey(string? id) => Id = id;

    /// <summary>kid; null where the key has none.</summary>
    public string? Id { get; }

    /// <summary>Whether a signature of that algorithm is this key's.</summary>
    public abstract bool Verify(string algorithm, byte[] signed, byte[] signature);

    public sealed class Rsa(string? id, RSA key) : TokenKey(id)
    {
        public override bool Verify(string algorithm, byte[] signed, byte[] signature)
        {
            (HashAlgorithmName Hash, RSASignaturePadding Padding)? rule = algorithm switch
            {
                "RS256" => (HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
                "RS384" => (HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
                "RS512" => (HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
                "PS256" => (HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
                "PS384" => (HashAlgorithmName.SHA384, RSASignaturePadding.Pss),
                "PS512" => (HashAlgorithmName.SHA512, RSASignaturePadding.Pss),
                _ => null,
            };
            return rule is { } known && key.VerifyData(signed, signature, known.Hash, known.Padding);
        }
    }

    public sealed class Ec(string? id, ECDsa key) : TokenKey(id)
    {
        public override bool Verify(string algorithm, byte[] signed, byte[] signature)
        {
            HashAlgorithmName? hash = (algorithm, key.KeySize) switch
            {
                ("ES256", 256) => HashAlgorithmName.SHA256,
                ("ES384", 384) => HashAlgorithmName.SHA384,
                _ => null,
            };
            return hash is { } known && key.VerifyData(signed, signature, known);
        }
    }
}
