using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The clusters that destinations of VirtualServices mean, but for those of requests on sidecars.</summary>
internal static class DestinationClusters
{
    /// <summary>
    /// Name of a destination's cluster, whether it exists or not. The port is the one that it names, else the only one of its service, else
    /// the listener's.
    /// </summary>
    /// <param name="destination">The destination.</param>
    /// <param name="service">Its service, null where it is not known.</param>
    /// <param name="listenerPort">Port of the listener.</param>
    public static string Name(Destination destination, MeshService? service, int listenerPort)
    {
        if (destination.Host.Length == 0)
            return ClusterNames.UnknownService;
        var port = destination.Port is { } given ? (int)given.Number : service is { Ports.Count: 1 } ? service.Ports[0].Number : listenerPort;
        return ClusterNames.Outbound(port, destination.Subset, service is { Resolution: Resolution.Alias } ? service.AliasOf : destination.Host);
    }
}
