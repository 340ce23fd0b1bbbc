using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The outbound route configurations of sidecars.</summary>
internal static class SidecarRoutes
{
    private const string AnyDomain = "*";
    private const int HttpPort = 80;

    /// <summary>The input of a route configuration.</summary>
    public static RouteConfigurationInput Input(IReader reader, RouteItem item)
    {
        var (port, host) = Parse(item.Name);
        var hosts = host.Length > 0 ? OfService(reader, item.Scope, host, port)
            : port > 0 ? OfPort(reader, item.Scope, port)
            : OfProxy(reader, item.Scope);
        return new RouteConfigurationInput(
            item.Name,
            hosts.OrderBy(h => h.Name, StringComparer.Ordinal).ToEquatableArray(),
            host.Length > 0 ? null : item.Settings.CatchAll,
            item.Settings.AttemptCount,
            reader.Get(RetryPolicies.MeshOutbound, Unit.Value));
    }

    /// <summary>The virtual host of one port of one host, with and without the port in its domains, as gRPC clients need it; none for a port without HTTP.</summary>
    public static EquatableArray<VirtualHostInput> OfHostAndPort(IReader reader, RouteScope scope, string host, int port)
    {
        var services = reader.Get(PortServices.OfHost, (scope.Outbound, 0, host)).Where(s => s.Ports.Any(p => p.Number == port));
        return Hosts(reader, scope, services, port, withPort: true).ToEquatableArray();
    }

    /// <summary>A name is a port, host:port, or something else, which means all ports.</summary>
    private static (int Port, string Host) Parse(string name)
    {
        var colon = name.LastIndexOf(':');
        return int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (port, colon < 0 ? "" : name[..colon])
            : (0, "");
    }

    /// <summary>A listener of a single service: whatever the host of a request, it is for this service.</summary>
    private static List<VirtualHostInput> OfService(IReader reader, RouteScope scope, string host, int port)
    {
        var services = reader.Get(PortServices.OfHost, (scope.Outbound, 0, host)).Where(s => s.Ports.Any(p => p.Number == port));
        return Hosts(reader, scope, services, port, withPort: false).Select(h => h.WithDomains([AnyDomain])).Take(1).ToList();
    }

    /// <summary>A listener that all HTTP services of a port share.</summary>
    private static List<VirtualHostInput> OfPort(IReader reader, RouteScope scope, int port) =>
        Hosts(reader, scope, reader.Get(PortServices.OfPort, (scope.Outbound, 0, port)), port, withPort: false);

    /// <summary>A forward proxy: clients name host and port; the port is left out for 80 alone.</summary>
    private static List<VirtualHostInput> OfProxy(IReader reader, RouteScope scope)
    {
        var services = reader.Get(Views.Outbound.OutboundScopes.Services, (scope.Outbound, 0)).Where(s => s.Resolution != Resolution.Alias);
        return Hosts(reader, scope, services, 0, withPort: true)
            .Select(h => h.Name.EndsWith(":" + RouteNames.OfPort(HttpPort), StringComparison.Ordinal) ? h : h.WithDomains(h.Domains.Where(d => d.Contains(':', StringComparison.Ordinal)).ToEquatableArray()))
            .Where(h => !h.Domains.IsEmpty)
            .ToList();
    }

    /// <summary>
    /// The virtual hosts of services, port 0 for all their ports. A domain belongs to the first that claims it; of several services
    /// with one host the youngest counts.
    /// </summary>
    private static List<VirtualHostInput> Hosts(IReader reader, RouteScope scope, IEnumerable<MeshService> services, int port, bool withPort)
    {
        var byHost = new Dictionary<string, MeshService>(StringComparer.OrdinalIgnoreCase);
        foreach (var service in services)
            byHost[service.Host] = service;
        var candidates = new List<ServiceHosts.Host>();
        foreach (var service in byHost.Values)
        {
            foreach (var own in service.Ports.Where(p => (port == 0 || p.Number == port) && (p.Protocol.IsHttp() || p.Protocol == Protocol.Auto)))
            {
                var key = new ServiceHosts.Key(service, own.Number, scope.Outbound.Namespace, scope.DomainSuffix, scope.Family, withPort);
                candidates.Add(reader.Get(ServiceHosts.Of, key));
                if (port != 0)
                    break;
            }
        }

        return DomainClaims.Settle(candidates, byHost.Keys);
    }
}
