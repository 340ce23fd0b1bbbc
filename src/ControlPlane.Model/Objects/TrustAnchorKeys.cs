namespace ControlPlane.Model.Objects;

/// <summary>Under which keys Secrets and ConfigMaps hold trust anchors, in PEM: Istio's generic keys and those of kubernetes.io/tls.</summary>
/// <param name="Anchors">Key of the trust anchors.</param>
/// <param name="Revoked">Key of the revocation lists that go with them.</param>
public readonly record struct TrustAnchorKeys(string Anchors, string Revoked)
{
    /// <summary>All pairs of keys; the first whose trust anchors are there counts.</summary>
    public static IReadOnlyList<TrustAnchorKeys> All { get; } = [new("cacert", "crl"), new("ca.crt", "ca.crl")];
}
