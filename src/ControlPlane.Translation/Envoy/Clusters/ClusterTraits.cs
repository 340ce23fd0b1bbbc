using ControlPlane.Model.Proxies;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>What of a proxy decides its outbound clusters.</summary>
internal sealed record ClusterTraits
{
    /// <summary>Sidecar or router.</summary>
    public ProxyType Type { get; init; }

    /// <summary>Whether HTTP/1.1 header names keep their case.</summary>
    public bool PreserveHeaderCase { get; init; }

    /// <summary>Certificates that the proxy brings for its connections, null for those of the mesh.</summary>
    public ClientCertificates? Certificates { get; init; }

    /// <summary>Whether a secret server of the user's own is at hand (metadata credential).</summary>
    public bool CredentialSocket { get; init; }

    /// <summary>Whether a server of file secrets of the user's own is at hand (metadata file-credential).</summary>
    public bool FileCredentialSocket { get; init; }

    /// <summary>Families that it resolves names to.</summary>
    public DnsFamily DnsFamily { get; init; }
}
