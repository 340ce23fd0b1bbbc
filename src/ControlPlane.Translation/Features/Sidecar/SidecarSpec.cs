using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Views.Outbound;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.Sidecar;

/// <summary>A Sidecar object as translation reads it.</summary>
public sealed record SidecarSpec
{
    /// <summary>Namespace and name.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>Age: the oldest of several counts.</summary>
    public DateTime CreationTime { get; init; }

    /// <summary>The workloads; null for all of the namespace (of the root namespace: of the mesh).</summary>
    public LabelMap? Selector { get; init; }

    /// <summary>egress, in order; empty where absent, which means everything.</summary>
    public EquatableArray<SidecarEgress> Egress { get; init; }

    /// <summary>ingress, in order; empty where absent, which means the ports of services.</summary>
    public EquatableArray<SidecarIngress> Ingress { get; init; }

    /// <summary>outboundTrafficPolicy, null where the mesh's holds.</summary>
    public OutboundPolicy? OutboundPolicy { get; init; }

    /// <summary>inboundConnectionPool, null where absent.</summary>
    public Frozen<ConnectionPoolSettings>? InboundConnectionPool { get; init; }
}
