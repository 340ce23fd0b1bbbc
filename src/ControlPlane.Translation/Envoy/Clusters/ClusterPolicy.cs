using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>The traffic policy in force for one port of one service or subset: all levels are resolved, each part may still be unset.</summary>
internal sealed record ClusterPolicy
{
    /// <summary>Nothing is said.</summary>
    public static ClusterPolicy None { get; } = new();

    /// <summary>Connection pool.</summary>
    public ConnectionPoolSettings? ConnectionPool { get; init; }

    /// <summary>Outlier detection.</summary>
    public OutlierDetection? OutlierDetection { get; init; }

    /// <summary>Load balancing.</summary>
    public LoadBalancerSettings? LoadBalancer { get; init; }

    /// <summary>PROXY protocol towards the service.</summary>
    public TrafficPolicy.Types.ProxyProtocol? ProxyProtocol { get; init; }

    /// <summary>Retry budget.</summary>
    public TrafficPolicy.Types.RetryBudget? RetryBudget { get; init; }

    /// <summary>TLS as the rule says; what comes of it is the input's decision.</summary>
    public ClientTLSSettings? Tls { get; init; }

    /// <summary>Whether every connection goes to its original destination.</summary>
    public bool IsPassthrough =>
        LoadBalancer is { LbPolicyCase: LoadBalancerSettings.LbPolicyOneofCase.Simple, Simple: LoadBalancerSettings.Types.SimpleLB.Passthrough };

    /// <summary>This policy with the mesh's own where it leaves the pool or outlier detection unset.</summary>
    public ClusterPolicy Over(ClusterSettings mesh) =>
        (ConnectionPool ?? mesh.ConnectionPool) == ConnectionPool && (OutlierDetection ?? mesh.OutlierDetection) == OutlierDetection
            ? this
            : this with { ConnectionPool = ConnectionPool ?? mesh.ConnectionPool, OutlierDetection = OutlierDetection ?? mesh.OutlierDetection };

    /// <inheritdoc/>
    public override int GetHashCode() =>
        (ConnectionPool is null ? 0 : 1) | (OutlierDetection is null ? 0 : 2) | (LoadBalancer is null ? 0 : 4) | (Tls is null ? 0 : 8);
}
