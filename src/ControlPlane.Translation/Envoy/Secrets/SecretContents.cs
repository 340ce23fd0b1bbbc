using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Envoy.Secrets;

/// <summary>
/// Finds certificates, keys and trust anchors in the data of Secrets and ConfigMaps, by Istio's generic keys or those of kubernetes.io/tls.
/// What the values hold is not judged: the proxy does that.
/// </summary>
internal static class SecretContents
{
    private static readonly (string Chain, string Key, string Staple)[] Pairs = [("cert", "key", ""), ("tls.crt", "tls.key", "tls.ocsp-staple")];

    /// <summary>The certificate and its key; null where one of them is missing or empty.</summary>
    public static (string Chain, string Key, string? Staple)? Certificate(LabelMap data)
    {
        foreach (var (chain, key, staple) in Pairs)
        {
            if (data[chain] is { Length: > 0 } first && data[key] is { Length: > 0 } second)
                return (first, second, staple.Length == 0 ? null : data[staple]);
        }

        return null;
    }

    /// <summary>The trust anchors; null where there are none.</summary>
    public static (string Anchors, string? Revoked)? Roots(LabelMap data)
    {
        foreach (var (anchors, revoked) in TrustAnchorKeys.All)
        {
            if (data[anchors] is { Length: > 0 } found)
                return (found, data[revoked]);
        }

        return null;
    }
}
