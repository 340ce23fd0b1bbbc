using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.VirtualService;

/// <summary>What the routes of a VirtualService need to know of the services around them.</summary>
internal interface IRouteDirectory
{
    /// <summary>The cluster of a destination.</summary>
    string Cluster(Destination destination);

    /// <summary>By what requests to a destination are hashed, null where they are not.</summary>
    LoadBalancerSettings.Types.ConsistentHashLB? Hash(Destination destination);

    /// <summary>Retries of routes without their own, null for Istio's.</summary>
    HTTPRetry? DefaultRetries { get; }

    /// <summary>Whether the upstream is told the host that was asked for, where the proxy changes it.</summary>
    bool ForwardedHost { get; }
}
