using System.Globalization;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Names;
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

    /// <summary>The virtual hosts of a port with and without the port in their domains, as gRPC clients need them.</summary>
    private static readonly Derivation<PortScope, EquatableArray<VirtualHostInput>> ForGrpc = new(
        "GrpcVirtualHosts", static (reader, port) => OfPort(reader, port).ToEquatableArray());

    /// <summary>The input of a route configuration.</summary>
    public static RouteConfigurationInput Input(IReader reader, RouteItem item)
    {
        var (port, host) = Parse(item.Name);
        var listener = EgressListener.OfRoute(reader.Get(OutboundScopes.Listeners, item.Scope.Outbound), port, item.Name);
        return new RouteConfigurationInput(
            item.Name,
            listener is null ? [] : Hosts(reader, item, listener, port, host).OrderBy(h => h.Name, StringComparer.Ordinal).ToEquatableArray(),
            host.Length > 0 ? null : item.Settings.CatchAll,
            item.Settings.AttemptCount,
            reader.Get(RetryPolicies.MeshOutbound, Unit.Value));
    }

    /// <summary>The virtual hosts by which requests to a host and port are served, for gRPC clients.</summary>
    public static EquatableArray<VirtualHostInput> OfHostAndPort(IReader reader, RouteScope scope, bool forwardedHost, string host, int port)
    {
        if (EgressListener.OfRoute(reader.Get(OutboundScopes.Listeners, scope.Outbound), port, "") is not { } listener)
            return [];
        var names = new[] { RouteNames.Bracketed(host), RouteNames.VirtualHost(host, port) };
        return reader.Get(ForGrpc, new PortScope(scope, forwardedHost, ForGrpc: true, listener.Index, port))
            .Where(h => h.Domains.Any(d => names.Any(n => HostNames.Covers(d, n))))
            .ToEquatableArray();
    }

    private static IEnumerable<VirtualHostInput> Hosts(IReader reader, RouteItem item, EgressListener listener, int port, string host)
    {
        var scope = new PortScope(item.Scope, item.Settings.ForwardedHost, ForGrpc: false, listener.Index, port);
        if (host.Length > 0)
            return OfService(reader, scope, host);
        return port > 0 && listener.Protocol != Protocol.HttpProxy ? OfPort(reader, scope) : OfProxy(reader, scope with { Port = 0 });
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
    private static VirtualHostInput[] OfService(IReader reader, PortScope scope, string host)
    {
        var services = reader.Get(PortServices.OfHost, (scope.Scope.Outbound, scope.Listener, host)).Where(s => s.Ports.Any(p => p.Number == scope.Port));
        return PortHosts.OfService(reader, scope, services) is { } only ? [only.WithDomains([AnyDomain])] : [];
    }

    /// <summary>A listener that all HTTP services of a port share.</summary>
    private static List<VirtualHostInput> OfPort(IReader reader, PortScope scope) =>
        PortHosts.Of(reader, scope, reader.Get(PortServices.OfPort, (scope.Scope.Outbound, scope.Listener, scope.Port)));

    /// <summary>A forward proxy or socket: clients name host and port; the port is left out for 80 alone.</summary>
    private static IEnumerable<VirtualHostInput> OfProxy(IReader reader, PortScope scope) =>
        PortHosts.Of(reader, scope, reader.Get(OutboundScopes.Services, (scope.Scope.Outbound, scope.Listener)))
            .Select(h => h.Name.EndsWith(DefaultPortSuffix, StringComparison.Ordinal) ? h : reader.Get(VirtualHostInput.Shared, h.WithDomains(h.Domains.Where(NamesPort).ToEquatableArray())))
            .Where(h => !h.Domains.IsEmpty);

    private static bool NamesPort(string domain) => domain.Contains(':', StringComparison.Ordinal);
}
