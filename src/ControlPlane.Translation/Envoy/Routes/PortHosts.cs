using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Routes;

/// <summary>
/// The virtual hosts of one port (or all ports) of an egress listener. VirtualServices go first, in order: each takes what no earlier one
/// has taken; the services that remain have a route to themselves.
/// </summary>
internal sealed class PortHosts
{
    private readonly IReader _reader;
    private readonly PortScope _scope;
    private readonly Dictionary<string, MeshService> _registry = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ServiceHosts.Host> _candidates = [];
    private readonly List<string> _fullNames = [];

    private PortHosts(IReader reader, PortScope scope, IEnumerable<MeshService> services)
    {
        _reader = reader;
        _scope = scope;
        // Of several services with one host the youngest counts.
        foreach (var service in services)
            _registry[service.Host] = service;
    }

    /// <summary>The virtual hosts, in no order that matters.</summary>
    /// <param name="reader">What is read is recorded.</param>
    /// <param name="scope">Who asks for what.</param>
    /// <param name="services">The services that have the port, in their order, aliases among them.</param>
    public static List<VirtualHostInput> Of(IReader reader, PortScope scope, IEnumerable<MeshService> services)
    {
        var hosts = new PortHosts(reader, scope, services);
        foreach (var rule in reader.Get(RuleSelection.OfPort, (scope.Scope.Outbound, scope.Listener, scope.Port)))
            hosts.AddRule(rule);
        hosts.AddRest();
        return DomainClaims.Settle(reader, hosts._candidates, hosts._fullNames);
    }

    /// <summary>The virtual host of one service, whoever decides on its routes; null for a port without HTTP.</summary>
    public static VirtualHostInput? OfService(IReader reader, PortScope scope, IEnumerable<MeshService> services)
    {
        if (services.LastOrDefault() is not { } service || !HttpPorts(service, scope.Port).Any())
            return null;
        foreach (var rule in reader.Get(RuleSelection.OfHost, (scope.Scope.Outbound, scope.Listener, service.Host)))
        {
            if (rule.IsKubernetesRoute && !Obeys(scope, rule, service))
                continue;
            var routes = reader.Get(RuledRoutes.Of, (scope, rule.Key));
            if (!routes.IsEmpty)
                return ServiceHosts.Of(reader, scope, service, scope.Port).Input.WithRoutes(routes);
        }

        return service.Resolution == Resolution.Alias ? null : Default(reader, scope, service, scope.Port).Input;
    }

    private void AddRule(VirtualServiceSpec rule)
    {
        var routes = _reader.Get(RuledRoutes.Of, (_scope, rule.Key));
        if (routes.IsEmpty)
            return;
        var (services, others) = Split(rule);
        if (rule.IsKubernetesRoute && !services.Exists(s => Obeys(rule, s)))
            return;
        var byPort = new SortedDictionary<int, List<MeshService>>();
        foreach (var service in services)
        {
            foreach (var port in HttpPorts(service, _scope.Port))
            {
                if (!byPort.TryGetValue(port, out var list))
                    byPort[port] = list = [];
                list.Add(service);
            }
        }

        if (byPort.Count == 0 && RuleSelection.ServesUnknownHosts(_scope.Port))
            byPort[_scope.Port] = [];
        foreach (var (port, members) in byPort)
        {
            _candidates.AddRange(others.Select(h => Unknown(h, port, routes)));
            foreach (var service in members)
            {
                var host = ServiceHosts.Of(_reader, _scope, service, port);
                Known(service, host);
                _candidates.Add(host with { Input = Share(_reader, host.Input.WithRoutes(routes)) });
            }
        }

        _taken.UnionWith(byPort.Values.SelectMany(static s => s).Select(static s => s.Host));
    }

    /// <summary>The services that a VirtualService takes, and its hosts that are none.</summary>
    private (List<MeshService> Services, List<string> Others) Split(VirtualServiceSpec rule)
    {
        var (services, others) = (new List<MeshService>(), new List<string>());
        foreach (var host in rule.LowerHosts.Where(h => !HostNames.IsWildcard(h)))
        {
            if (_registry.TryGetValue(host, out var service))
                services.Add(service);
            else
                others.Add(host);
        }

        foreach (var host in rule.LowerHosts.Where(HostNames.IsWildcard))
        {
            if (rule.IsKubernetesRoute)
            {
                others.Add(host);
                continue;
            }

            var covered = _registry.Values.Where(s => HostNames.Overlap(host, s.Host.ToLowerInvariant())).ToList();
            if (covered.Count == 0)
                others.Add(host);
            services.AddRange(covered.Where(s => RuleSelection.Owns(_reader, _scope.Scope.Outbound, _scope.Listener, rule, s.Host)));
        }

        return (services, others);
    }

    private bool Obeys(VirtualServiceSpec rule, MeshService service) => Obeys(_scope, rule, service);

    /// <summary>Whether clients heed a route of the Gateway API for a service: one of their own namespace or of the service's.</summary>
    private static bool Obeys(PortScope scope, VirtualServiceSpec rule, MeshService service) =>
        service.Namespace == rule.Key.Namespace || scope.Scope.Outbound.Namespace == rule.Key.Namespace;

    private void AddRest()
    {
        foreach (var service in _registry.Values.Where(s => s.Resolution != Resolution.Alias && !_taken.Contains(s.Host)))
        {
            foreach (var port in HttpPorts(service, _scope.Port))
            {
                var host = Default(_reader, _scope, service, port);
                Known(service, host);
                _candidates.Add(host);
            }
        }
    }

    private void Known(MeshService service, ServiceHosts.Host host)
    {
        _fullNames.Add(service.Host);
        // The host with its port.
        _fullNames.Add(host.Input.Name);
    }

    private ServiceHosts.Host Unknown(string host, int port, EquatableArray<RouteEntry> routes)
    {
        var name = RouteNames.VirtualHost(host, port);
        EquatableArray<string> domains = _scope.ForGrpc ? [RouteNames.Bracketed(host), name] : [RouteNames.Bracketed(host)];
        return new ServiceHosts.Host(Share(_reader, new VirtualHostInput(name, domains, routes)), []);
    }

    private static ServiceHosts.Host Default(IReader reader, PortScope scope, MeshService service, int port)
    {
        var host = ServiceHosts.Of(reader, scope, service, port);
        return ServiceHashes.Of(reader, scope.Scope, service, port) is { } hash
            ? host with { Input = Share(reader, host.Input.WithRoutes([new RouteEntry.Default(service.Host, port, hash)])) }
            : host;
    }

    private static VirtualHostInput Share(IReader reader, VirtualHostInput host) => reader.Get(VirtualHostInput.Shared, host);

    /// <summary>The ports of a service that requests are routed on, each once; port 0 asks for all.</summary>
    private static IEnumerable<int> HttpPorts(MeshService service, int port) => service.Ports
        .Where(p => (port == 0 || p.Number == port) && (p.Protocol.IsHttp() || p.Protocol == Protocol.Auto))
        .Select(static p => p.Number)
        .Distinct();
}
