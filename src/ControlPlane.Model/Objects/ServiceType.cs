namespace ControlPlane.Model.Objects;

/// <summary>spec.type of a Kubernetes Service.</summary>
public enum ServiceType
{
    /// <summary>Reached by its cluster IPs (or headless).</summary>
    ClusterIP,

    /// <summary>Also on a port of every node.</summary>
    NodePort,

    /// <summary>Also by a load balancer's address.</summary>
    LoadBalancer,

    /// <summary>An alias of a DNS name.</summary>
    ExternalName,
}
