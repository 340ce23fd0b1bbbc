using System.Net;
using ControlPlane.Model.Collections;
using ControlPlane.Security.Identities;

namespace ControlPlane.Security.Signing;

/// <summary>Whom a certificate names.</summary>
public sealed record CertificateNames
{
    /// <summary>The identity of a workload; null for a server known by name.</summary>
    public SpiffeId? Identity { get; init; }

    /// <summary>DNS names of a server.</summary>
    public EquatableArray<string> DnsNames { get; init; } = [];

    /// <summary>Addresses of a server.</summary>
    public EquatableArray<IPAddress> Addresses { get; init; } = [];

    /// <summary>The names of a workload.</summary>
    public static CertificateNames Of(SpiffeId identity) => new() { Identity = identity };
}
