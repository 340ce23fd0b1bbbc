using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Envoy.Secrets;

namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Whether Secrets and ConfigMaps hold what the Gateway API demands of those that it refers to: other than Istio's own kinds it judges the PEM.</summary>
internal static class CertificateChecks
{
    private const string Label = "CERTIFICATE";
    private const string Ed25519 = "1.3.101.112";

    /// <summary>What is wrong with a Secret of a certificate and its key, as the end of a sentence; null for nothing.</summary>
    public static Derivation<ObjectKey, string?> PairFault { get; } = new("KubernetesGateway.PairFault", static (reader, key) =>
    {
        if (reader.Find(Tables.Secrets, key) is not { } secret)
            return "does not exist";
        if (SecretContents.Certificate(secret.Base64Data) is not var (chain, privateKey, _))
            return "holds no certificate with its key";
        return Decode(chain) is { } first && Decode(privateKey) is { } second && IsPair(first, second) ? null : "holds no certificate with a key that fits it, in PEM";
    });

    /// <summary>What is wrong with a Secret of trust anchors, as the end of a sentence; null for nothing.</summary>
    public static Derivation<ObjectKey, string?> SecretRootsFault { get; } = new("KubernetesGateway.SecretRootsFault", static (reader, key) =>
        reader.Find(Tables.Secrets, key) is { } secret ? RootsFault(SecretContents.Roots(secret.Base64Data)?.Anchors is { } text ? Decode(text) ?? "" : null) : "does not exist");

    /// <summary>
    /// Whether a ConfigMap has trust anchors, whatever they hold: null where it has, else the end of a sentence. Of a cluster no others are known, so that one
    /// without and none at all are the same.
    /// </summary>
    public static Derivation<ObjectKey, string?> MapWithoutRoots { get; } = new("KubernetesGateway.MapWithoutRoots", static (reader, key) =>
        reader.Find(Tables.ConfigMaps, key) is { } map && SecretContents.Roots(map.Data) is not null ? null : "does not exist or holds no trust anchors under ca.crt");

    /// <summary>What is wrong with a ConfigMap of trust anchors, as the end of a sentence; null for nothing.</summary>
    public static Derivation<ObjectKey, string?> MapRootsFault { get; } = new("KubernetesGateway.MapRootsFault", static (reader, key) =>
        reader.Get(MapWithoutRoots, key) ?? RootsFault(SecretContents.Roots(reader.Find(Tables.ConfigMaps, key)!.Data)?.Anchors));

    private static string? RootsFault(string? pem) => pem switch
    {
        null => "holds no trust anchors under ca.crt",
        _ when Certificates(pem).Any(IsCertificate) => null,
        _ => "holds no certificate in PEM under ca.crt",
    };

    private static bool IsPair(string chain, string privateKey)
    {
        try
        {
            using var pair = X509Certificate2.CreateFromPem(chain, privateKey);
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or NotSupportedException)
        {
            return IsEd25519(chain, privateKey);
        }
    }

    /// <summary>A kind of key that the platform can't compare with its certificate: that there is one must do.</summary>
    private static bool IsEd25519(string chain, string privateKey)
    {
        if (Certificates(chain).FirstOrDefault() is not { } first || !PemEncoding.TryFind(privateKey, out var found) || privateKey[found.Label] != "PRIVATE KEY")
            return false;
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(first);
            return certificate.PublicKey.Oid.Value == Ed25519;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static bool IsCertificate(byte[] der)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static IEnumerable<byte[]> Certificates(string pem)
    {
        var rest = pem;
        while (PemEncoding.TryFind(rest, out var found))
        {
            if (rest[found.Label] == Label)
                yield return Convert.FromBase64String(rest[found.Base64Data]);
            rest = rest[found.Location.End..];
        }
    }

    private static string? Decode(string base64)
    {
        try
        {
            return Encoding.Latin1.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
