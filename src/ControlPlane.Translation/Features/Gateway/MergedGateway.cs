using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.Gateway;

/// <summary>All Gateways of a proxy, joined.</summary>
/// <param name="Groups">The servers by port, in order of appearance.</param>
/// <param name="Routes">The route configurations, sorted by name, each with the servers that share it, in order.</param>
/// <param name="PassesAnythingThrough">Whether some server hands TLS through to whatever cluster the client names.</param>
public sealed record MergedGateway(
    EquatableArray<ServerGroup> Groups, EquatableArray<(string Name, EquatableArray<GatewayServer> Servers)> Routes, bool PassesAnythingThrough)
{
    /// <summary>No servers.</summary>
    public static MergedGateway None { get; } = new([], [], false);

    /// <summary>The servers that share a route configuration, in order; empty where there is none of that name.</summary>
    public EquatableArray<GatewayServer> ServersOf(string route)
    {
        var (low, high) = (0, Routes.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(Routes[middle].Name, route);
            if (order == 0)
                return Routes[middle].Servers;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return [];
    }
}
