namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Families that a cluster resolves names to, by the proxy's own addresses.</summary>
internal enum DnsFamily
{
    /// <summary>IPv4 alone.</summary>
    V4,

    /// <summary>IPv6 alone.</summary>
    V6,

    /// <summary>Both.</summary>
    All,
}
