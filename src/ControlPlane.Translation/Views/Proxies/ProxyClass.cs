using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;

namespace ControlPlane.Translation.Views.Proxies;

/// <summary>
/// What of a proxy may influence its resources. Proxies that agree on all of it receive the same and are computed once. It must
/// stay free of what differs between the pods of one workload (names, addresses) unless something really depends on it.
/// </summary>
public sealed record ProxyClass
{
    /// <summary>Sidecar or router.</summary>
    public ProxyType Type { get; init; }

    /// <summary>Namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>DNS domain of the node id without the namespace's label, e.g. svc.cluster.local -> cluster.local.</summary>
    public string DomainSuffix { get; init; } = "cluster.local";

    /// <summary>Labels of the Pod, with those that were added to them (see <see cref="ProxyLabels"/>); of the node where the Pod is not known.</summary>
    public LabelMap Labels { get; init; } = LabelMap.Empty;

    /// <summary>Whether the Pod is known.</summary>
    public bool PodKnown { get; init; }

    /// <summary>Container ports of the Pod (for named target ports); empty where it is not known.</summary>
    public EquatableArray<ContainerPort> PodPorts { get; init; }

    /// <summary>Service account, of the Pod or the node.</summary>
    public string ServiceAccount { get; init; } = "";

    /// <summary>Locality: the node's if it names one, else the Pod's.</summary>
    public ProxyLocality Locality { get; init; } = ProxyLocality.Unknown;

    /// <summary>Name of the Kubernetes node, "" where unknown.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>Network, "" where unknown.</summary>
    public string Network { get; init; } = "";

    /// <summary>Cluster, e.g. Kubernetes.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>Whether it has an IPv4 address.</summary>
    public bool Ipv4 { get; init; } = true;

    /// <summary>Whether it has an IPv6 address.</summary>
    public bool Ipv6 { get; init; }

    /// <summary>
    /// Its addresses, only where one of them decides something: the first is that of an endpoint of a headless Service, it is
    /// in an EndpointSlice while no Service selects the Pod, a WorkloadEntry has it, interception is NONE, a Sidecar declares its ports, or it is a gRPC server. Else empty.
    /// </summary>
    public EquatableArray<string> Addresses { get; init; }

    /// <summary>GENERATOR of the metadata.</summary>
    public string Generator { get; init; } = "";

    /// <summary>ISTIO_VERSION of the metadata.</summary>
    public string IstioVersion { get; init; } = "";

    /// <summary>The metadata that translation reads (<see cref="ProxyClassifier.RelevantMetadata"/>), each value as JSON text.</summary>
    public LabelMap Metadata { get; init; } = LabelMap.Empty;

    /// <summary>Node.cluster, used as service name by some tracers.</summary>
    public string ServiceCluster { get; init; } = "";

    /// <summary>Which secrets it may have.</summary>
    public SecretAccess SecretAccess { get; init; }

    /// <summary>What the proxy can't do.</summary>
    public ProxyCapabilities Capabilities { get; init; } = ProxyCapabilities.Full;

    /// <summary>The wildcard address of its listeners: 0.0.0.0, or :: for a proxy with IPv6 alone.</summary>
    public string WildcardAddress => Ipv4 ? "0.0.0.0" : "::";

    /// <summary>Whether this is a proxyless gRPC client or server.</summary>
    public bool IsGrpc => Generator == "grpc";

    /// <summary>A metadata value that is a JSON string (without its quotes), number or boolean, as text; null where it is absent.</summary>
    public string? MetadataText(string key)
    {
        if (Metadata[key] is not { } json)
            return null;
        using var document = System.Text.Json.JsonDocument.Parse(json);
        return document.RootElement.ToString();
    }
}
