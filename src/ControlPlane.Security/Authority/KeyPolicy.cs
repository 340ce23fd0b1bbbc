using System.Security.Cryptography;

namespace ControlPlane.Security.Authority;

/// <summary>Which keys are allowed, for authorities as for workloads.</summary>
internal static class KeyPolicy
{
    /// <summary>What to say about others.</summary>
    public const string Expected = "RSA with 2048 to 4096 bits, ECDSA over P-256 or P-384 are (Ed25519 is not supported)";

    public const int P256Bits = 256;

    private const int MinRsaBits = 2048, MaxRsaBits = 4096;
    private const int P256Bytes = 32, P384Bytes = 48;
    private const string P256 = "1.2.840.10045.3.1.7", P384 = "1.3.132.0.34";

    public static bool IsAllowed(RSA key) => IsAllowed(key.KeySize);

    public static bool IsAllowed(ECDsa key) =>
        key.ExportParameters(includePrivateParameters: false).Curve is { IsNamed: true, Oid.Value: { } curve } && FieldBytes(curve) > 0;

    /// <summary>Whether RSA keys of so many bits are allowed.</summary>
    public static bool IsAllowed(int rsaBits) => rsaBits is >= MinRsaBits and <= MaxRsaBits;

    /// <summary>Bytes of a coordinate on a curve that is allowed; 0 for other curves.</summary>
    public static int FieldBytes(string curve) => curve switch
    {
        P256 => P256Bytes,
        P384 => P384Bytes,
        _ => 0,
    };
}
