using Envoy.Config.Route.V3;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>Makes outbound route configurations.</summary>
internal static class RouteConfigurations
{
    // As much as Istio lets a direct response hold; Envoy's default is 4 KiB.
    private const uint MaxDirectResponseBytes = 1 << 20;

    /// <summary>A configuration with what all outbound ones have in common.</summary>
    public static RouteConfiguration Of(string name, IEnumerable<VirtualHost> hosts)
    {
        var result = new RouteConfiguration
        {
            Name = name,
            ValidateClusters = false,
            IgnorePortInHostMatching = true,
            MaxDirectResponseBodySizeBytes = MaxDirectResponseBytes,
        };
        result.VirtualHosts.AddRange(hosts);
        return result;
    }
}
