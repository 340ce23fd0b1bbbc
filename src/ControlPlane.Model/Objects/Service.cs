using ControlPlane.Model.Collections;

namespace ControlPlane.Model.Objects;

/// <summary>A Kubernetes Service, cut down to the fields that the mesh reads.</summary>
public sealed record Service : MeshObject
{
    /// <summary>spec.type.</summary>
    public ServiceType Type { get; init; }

    /// <summary>spec.ports in order.</summary>
    public EquatableArray<ServicePort> Ports { get; init; }

    /// <summary>spec.selector; empty where the Service has none.</summary>
    public LabelMap Selector { get; init; } = LabelMap.Empty;

    /// <summary>spec.clusterIPs, or clusterIP alone: addresses, or the single word "None" for a headless Service; empty where unset.</summary>
    public EquatableArray<string> ClusterIps { get; init; }

    /// <summary>spec.externalName, "" where absent.</summary>
    public string ExternalName { get; init; } = "";

    /// <summary>spec.externalIPs.</summary>
    public EquatableArray<string> ExternalIps { get; init; }

    /// <summary>status.loadBalancer.ingress: the ip or else the hostname of each entry.</summary>
    public EquatableArray<string> LoadBalancerAddresses { get; init; }

    /// <summary>spec.publishNotReadyAddresses.</summary>
    public bool PublishNotReadyAddresses { get; init; }

    /// <summary>Whether spec.internalTrafficPolicy is Local.</summary>
    public bool InternalTrafficLocal { get; init; }

    /// <summary>spec.trafficDistribution, "" where absent.</summary>
    public string TrafficDistribution { get; init; } = "";

    /// <summary>Whether the Service is headless (clusterIP None).</summary>
    public bool IsHeadless => ClusterIps.Count > 0 && ClusterIps[0] == "None";
}
