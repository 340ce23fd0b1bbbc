using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;

namespace ControlPlane.Translation.Simulation;

/// <summary>Which endpoints of an assignment may be chosen. Which one of them is, the load balancer decides.</summary>
internal static class EndpointSelection
{
    private const double DefaultOverprovisioning = 140;
    private const double DefaultPanicThreshold = 50;

    /// <summary>The endpoints that get traffic, by priority as Envoy spreads it.</summary>
    /// <param name="assignment">All endpoints.</param>
    /// <param name="cluster">Their cluster.</param>
    /// <param name="authority">Host of the request, "" without one.</param>
    public static ImmutableArray<SimulatedEndpoint> Find(ClusterLoadAssignment assignment, Cluster cluster, string authority)
    {
        var priorities = assignment.Endpoints.GroupBy(locality => (int)locality.Priority).OrderBy(group => group.Key).ToList();
        var overprovisioning = assignment.Policy?.OverprovisioningFactor is { } factor ? factor : DefaultOverprovisioning;
        var health = priorities.Select(group => Health(group, overprovisioning)).ToList();
        var total = Math.Min(100, health.Sum());
        var result = ImmutableArray.CreateBuilder<SimulatedEndpoint>();
        var left = 100d;
        for (var i = 0; i < priorities.Count && left > 0; i++)
        {
            // Without any healthy endpoint the best priority gets everything, though nobody may be left to take it.
            var share = total > 0 ? Math.Min(left, health[i] * 100 / total) : (i == 0 ? 100 : 0);
            left -= share;
            if (share > 0)
                result.AddRange(Members(priorities[i], cluster, total, share / 100, authority));
        }

        return result.ToImmutable();
    }

    /// <summary>Percentage of the traffic that a priority can take.</summary>
    private static double Health(IEnumerable<LocalityLbEndpoints> localities, double overprovisioning)
    {
        var all = localities.SelectMany(locality => locality.LbEndpoints).ToList();
        return all.Count == 0 ? 0 : Math.Min(100, Math.Floor(overprovisioning * all.Count(IsUsable) / all.Count));
    }

    private static IEnumerable<SimulatedEndpoint> Members(
        IGrouping<int, LocalityLbEndpoints> localities, Cluster cluster, double totalHealth, double share, string authority)
    {
        var byLocality = cluster.CommonLbConfig?.LocalityWeightedLbConfig is not null;
        var all = localities.SelectMany(locality => locality.LbEndpoints).ToList();
        var threshold = cluster.CommonLbConfig?.HealthyPanicThreshold?.Value ?? DefaultPanicThreshold;
        // With too few healthy ones Envoy takes all, unless other priorities make up for it.
        var panics = totalHealth < 100 && all.Count > 0 && 100d * all.Count(IsUsable) / all.Count < threshold;
        return from locality in localities
               where !byLocality || locality.LoadBalancingWeight > 0
               from endpoint in locality.LbEndpoints
               where (panics || IsUsable(endpoint)) && endpoint.Endpoint is not null
               let address = Text(endpoint.Endpoint.Address)
               select new SimulatedEndpoint(
                   address.Text, localities.Key, share, NameOf(locality.Locality), UpstreamSockets.Of(cluster, endpoint.Metadata, locality.Metadata, authority))
               {
                   IsName = address.IsName,
               };
    }

    private static bool IsUsable(LbEndpoint endpoint) => endpoint.HealthStatus is HealthStatus.Unknown or HealthStatus.Healthy or HealthStatus.Degraded;

    private static string NameOf(Locality? locality) =>
        locality is null ? "" : string.Join('/', new[] { locality.Region, locality.Zone, locality.SubZone }.TakeWhile(part => part.Length > 0));

    private static (string Text, bool IsName) Text(Address? address)
    {
        switch (address?.AddressCase)
        {
            case Address.AddressOneofCase.SocketAddress:
                var socket = address.SocketAddress;
                return IPAddress.TryParse(socket.Address, out var ip)
                    ? (new IPEndPoint(ip, (int)socket.PortValue).ToString(), false)
                    : (string.Create(CultureInfo.InvariantCulture, $"{socket.Address}:{socket.PortValue}"), true);
            case Address.AddressOneofCase.Pipe:
                return (address.Pipe.Path, false);
            case Address.AddressOneofCase.EnvoyInternalAddress:
                return ($"envoy://{address.EnvoyInternalAddress.ServerListenerName}/{address.EnvoyInternalAddress.EndpointId}", false);
            default:
                return ("", true);
        }
    }
}
