using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>The outbound route configurations of sidecars.</summary>
internal static class SidecarRoutes
{
    private const string AnyDomain = "*";
    private const string DefaultPortSuffix = ":80";
    private const string UnixPrefix = "unix://";

    /// <summary>The input of a route configuration.</summary>
    public static RouteConfigurationInput Input(IReader reader, RouteItem item)
    {
        var (port, host) = Parse(item.Name);
        var listener = EgressListener.OfRoute(reader.Get(OutboundScopes.Listeners, item.Scope.Outbound), port, item.Name);
        var hosts = listener is null ? []
            : host.Length > 0 ? OfService(reader, item.Scope, listener.Index, host, port)
            : port > 0 && listener.Protocol != Protocol.HttpProxy ? OfPort(reader, item.Scope, listener.Index, port)
            : OfProxy(reader, item.Scope, listener.Index);
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
        if (EgressListener.OfRoute(reader.Get(OutboundScopes.Listeners, scope.Outbound), port, "") is not { } listener)
            return [];
        var services = reader.Get(PortServices.OfHost, (scope.Outbound, listener.Index, host)).Where(s => s.Ports.Any(p => p.Number == port));
        return Hosts(reader, scope, services, port, withPort: true).ToEquatableArray();
    }

    /// <summary>A name is a port, host:port, or something else (a path, or that of the forward proxy), which means all ports.</summary>
    private static (int Port, string Host) Parse(string name)
    {
        if (name.StartsWith(UnixPrefix, StringComparison.Ordinal))
            return (0, "");
        var colon = name.LastIndexOf(':');
        return int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (port, colon < 0 ? "" : name[..colon])
            : (0, "");
    }

    /// <summary>A listener of a single service: whatever the host of a request, it is for this service.</summary>
    private static List<VirtualHostInput> OfService(IReader reader, RouteScope scope, int listener, string host, int port)
    {
        var services = reader.Get(PortServices.OfHost, (scope.Outbound, listener, host)).Where(s => s.Ports.Any(p => p.Number == port));
        return Hosts(reader, scope, services, port, withPort: false).Select(h => h.WithDomains([AnyDomain])).Take(1).ToList();
    }

    /// <summary>A listener that all HTTP services of a port share.</summary>
    private static List<VirtualHostInput> OfPort(IReader reader, RouteScope scope, int listener, int port) =>
        Hosts(reader, scope, reader.Get(PortServices.OfPort, (scope.Outbound, listener, port)), port, withPort: false);

    /// <summary>A forward proxy or socket: clients name host and port; the port is left out for 80 alone.</summary>
    private static List<VirtualHostInput> OfProxy(IReader reader, RouteScope scope, int listener)
    {
        var services = reader.Get(OutboundScopes.Services, (scope.Outbound, listener)).Where(s => s.Resolution != Resolution.Alias);
        return Hosts(reader, scope, services, 0, withPort: true)
            .Select(h => h.Name.EndsWith(DefaultPortSuffix, StringComparison.Ordinal) ? h : h.WithDomains(h.Domains.Where(NamesPort).ToEquatableArray()))
            .Where(h => !h.Domains.IsEmpty)
            .ToList();
    }

    private static bool NamesPort(string domain) => domain.Contains(':', StringComparison.Ordinal);

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
