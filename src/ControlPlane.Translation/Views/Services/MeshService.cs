using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;

namespace ControlPlane.Translation.Views.Services;

/// <summary>
/// A service as the mesh sees it, whichever kind it came from (Kubernetes Service; later ServiceEntry). Holds only what translation
/// reads: an edit of anything else gives an equal value, and nothing is computed again.
/// </summary>
public sealed record MeshService
{
    /// <summary>The address of services that have none.</summary>
    public const string Unspecified = "0.0.0.0";

    /// <summary>Fully qualified host, e.g. web.shop.svc.cluster.local.</summary>
    public required string Host { get; init; }

    /// <summary>Namespace of the object.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the object (of a ServiceEntry: the host).</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is a Kubernetes Service.</summary>
    public bool IsKubernetes { get; init; } = true;

    /// <summary>The object that it came from.</summary>
    public ObjectKey Source { get; init; }

    /// <summary>creationTimestamp; the order of services is by this, then name, then namespace.</summary>
    public DateTime CreationTime { get; init; }

    /// <summary>How its endpoints are found.</summary>
    public Resolution Resolution { get; init; }

    /// <summary>Its ports, in the order of the object; UDP included.</summary>
    public EquatableArray<MeshServicePort> Ports { get; init; }

    /// <summary>Its virtual addresses (IPs or CIDRs) in order; empty for headless Services and those without.</summary>
    public EquatableArray<string> Addresses { get; init; }

    /// <summary>
    /// Addresses that were allocated for a host without any (ServiceEntry), IPv4 first. They count only for proxies whose agent answers
    /// DNS with them.
    /// </summary>
    public EquatableArray<string> AutoAddresses { get; init; }

    /// <summary>Whether a resolved host is connected to at all its addresses at once (annotation istio.io/connect-strategy).</summary>
    public bool RacesConnections { get; init; }

    /// <summary>Target host of an alias, "" otherwise.</summary>
    public string AliasOf { get; init; } = "";

    /// <summary>The names that lead here, by namespace and host; never visible or invisible on their own.</summary>
    public EquatableArray<ServiceAlias> Aliases { get; init; }

    /// <summary>Whether it lies outside the mesh (no mTLS).</summary>
    public bool MeshExternal { get; init; }

    /// <summary>Who sees it.</summary>
    public Visibility ExportTo { get; init; } = Visibility.Everywhere;

    /// <summary>
    /// exportTo as a ServiceEntry writes it, sorted; empty where it leaves that to the mesh. Two that share a host are one service only
    /// where they say the same, even if it means the same.
    /// </summary>
    public EquatableArray<string> DeclaredExportTo { get; init; }

    /// <summary>The pods that back it; empty for none.</summary>
    public LabelMap Selector { get; init; } = LabelMap.Empty;

    /// <summary>SPIFFE names given by annotation or field, beside those of its endpoints; sorted.</summary>
    public EquatableArray<string> SubjectAltNames { get; init; }

    /// <summary>Whether endpoints that are not ready count in DNS.</summary>
    public bool PublishNotReadyAddresses { get; init; }

    /// <summary>Whether only endpoints on the client's node may be used.</summary>
    public bool NodeLocal { get; init; }

    /// <summary>PreferClose, PreferSameZone, PreferSameNode, or "" for none.</summary>
    public string TrafficDistribution { get; init; } = "";

    /// <summary>
    /// Labels of the object: of a Kubernetes Service those that translation reads (persistent-session, network, ...), of a ServiceEntry all,
    /// as two that share a host are one service only where their labels agree.
    /// </summary>
    public LabelMap Labels { get; init; } = LabelMap.Empty;

    /// <summary>External addresses (externalIPs, load balancer) in order: for network gateways only.</summary>
    public EquatableArray<string> ExternalAddresses { get; init; }

    /// <summary>Label selector of nodes for a NodePort network gateway (annotation traffic.istio.io/nodeSelector), null where absent.</summary>
    public LabelMap? NodeSelector { get; init; }

    /// <summary>Whether sessions stay with an endpoint until it is gone (labels istio.io/persistent-session and -header).</summary>
    public bool KeepsSessions =>
        !string.IsNullOrEmpty(Labels[WellKnownLabels.PersistentSession]) || !string.IsNullOrEmpty(Labels[WellKnownLabels.PersistentSessionHeader]);

    /// <summary>The first address, or 0.0.0.0 where the service has none: a listener of its own needs an address.</summary>
    public string DefaultAddress => Addresses.IsEmpty ? Unspecified : Addresses[0];

    /// <summary>Whether connections go to their original destination (headless).</summary>
    public bool IsHeadless => IsKubernetes && Resolution == Resolution.Passthrough;

    /// <summary>Namespace and host name it: the rest is compared only where these agree.</summary>
    public override int GetHashCode() => HashCode.Combine(string.GetHashCode(Host), string.GetHashCode(Namespace));
}
