using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Proxies;

/// <summary>
/// Who a proxy says it is: its node, read once from the first message of its stream, with value equality. A claim, but for the
/// namespace and service account, which an authenticated stream has proven.
/// </summary>
public sealed record ProxyDescriptor
{
    /// <summary>Node id as sent, e.g. sidecar~10.1.0.11~web-v1-1.shop~shop.svc.cluster.local.</summary>
    public required string Id { get; init; }

    /// <summary>Kind of the proxy.</summary>
    public ProxyType Type { get; init; }

    /// <summary>Node.cluster as sent.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Its addresses: metadata INSTANCE_IPS if present, else that of the id. At least one.</summary>
    public EquatableArray<string> IpAddresses { get; init; }

    /// <summary>Namespace: metadata NAMESPACE, else the last part of the pod's name in the id.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Name of its Pod, the third part of the id without the namespace.</summary>
    public string PodName { get; init; } = "";

    /// <summary>Domain of the id, e.g. shop.svc.cluster.local.</summary>
    public string DnsDomain { get; init; } = "";

    /// <summary>Node.locality.</summary>
    public ProxyLocality Locality { get; init; } = ProxyLocality.Unknown;

    /// <summary>metadata LABELS.</summary>
    public LabelMap Labels { get; init; } = LabelMap.Empty;

    /// <summary>metadata SERVICE_ACCOUNT.</summary>
    public string ServiceAccount { get; init; } = "";

    /// <summary>metadata CLUSTER_ID.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>metadata NETWORK.</summary>
    public string Network { get; init; } = "";

    /// <summary>metadata NODE_NAME.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>metadata GENERATOR: "" for an Envoy, "grpc" for a proxyless gRPC client.</summary>
    public string Generator { get; init; } = "";

    /// <summary>metadata ISTIO_VERSION, "" where absent.</summary>
    public string IstioVersion { get; init; } = "";

    /// <summary>
    /// All metadata by key, each value as compact JSON text with sorted keys (a string keeps its quotes). What has no property
    /// above is read from here.
    /// </summary>
    public LabelMap Metadata { get; init; } = LabelMap.Empty;

    /// <summary>Which secrets it may have. No node says this of itself: who has checked the caller sets it.</summary>
    public SecretAccess SecretAccess { get; init; }

    /// <summary>What the proxy can't do.</summary>
    public ProxyCapabilities Capabilities { get; init; } = ProxyCapabilities.Full;
}
