using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>What one port of a workload, or all the others, needs of the inbound listener: one filter chain per way in which clients may speak.</summary>
public sealed record InboundChain
{
    /// <summary>Port of the workload; 0 for all that have no chain of their own.</summary>
    public required int Port { get; init; }

    /// <summary>Whether no service claims the port.</summary>
    public bool Passthrough { get; init; }

    /// <summary>Mutual TLS mode.</summary>
    public required MutualTlsMode Mode { get; init; }

    /// <summary>Protocol that the service declares.</summary>
    public required Protocol Protocol { get; init; }

    /// <summary>Cluster of the application.</summary>
    public required string Cluster { get; init; }

    /// <summary>Name of TCP connections in statistics.</summary>
    public required string StatPrefix { get; init; }

    /// <summary>Service port, 0 where no service claims the port.</summary>
    public int ServicePort { get; init; }

    /// <summary>Host of the service, "" where no service claims the port.</summary>
    public string Host { get; init; } = "";

    /// <summary>Address that names the chains.</summary>
    public string Bind { get; init; } = AddressFamily.UnspecifiedIpv4;

    /// <summary>The Sidecar that declares the port, null where a service does.</summary>
    public ObjectKey? Sidecar { get; init; }
}
