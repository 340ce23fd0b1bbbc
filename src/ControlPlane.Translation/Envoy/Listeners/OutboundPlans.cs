using System.Net;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>Which outbound listeners sidecars have, and where their chains lead. Endpoints matter to headless services alone.</summary>
public static class OutboundPlans
{
    /// <summary>What of the mesh settings decides on plans.</summary>
    private static readonly Derivation<Unit, MeshPart> OfMesh = new("OutboundPlan.Mesh", static (reader, _) =>
    {
        var mesh = reader.Get(MeshSettings.Current, Unit.Value).Config;
        return new MeshPart(mesh.ProxyListenPort, mesh.ProxyInboundListenPort, mesh.OutboundClusterStatName);
    });

    /// <summary>The plan of a key, ordered by address and port.</summary>
    public static Derivation<OutboundPlanKey, EquatableArray<PlannedListener>> Of { get; } = new("OutboundPlan", static (reader, key) => new Planner(reader, key).Plan());

    /// <summary>The key of a class.</summary>
    public static OutboundPlanKey KeyOf(IReader reader, ProxyClass proxy) => new(
        reader.Get(OutboundScopes.OfClass, proxy),
        proxy.DomainSuffix,
        AddressFamily.Of(proxy),
        Interception.Of(proxy),
        proxy.Addresses.IsEmpty ? "" : proxy.Addresses[0],
        SourceLabels.Of(reader, proxy, reader.Get(OutboundScopes.OfClass, proxy)));

    private sealed record MeshPart(int OutboundPort, int InboundPort, string StatPattern);

    private sealed class Planner(IReader reader, OutboundPlanKey key)
    {
        private readonly OutboundPlanBuilder _builder = new();
        private readonly MeshPart _mesh = reader.Get(OfMesh, Unit.Value);
        private readonly ConnectionChains _connections = new(reader, key, reader.Get(OfMesh, Unit.Value).StatPattern);
        private readonly AddressFamily _family = key.Family;

        public EquatableArray<PlannedListener> Plan()
        {
            foreach (var listener in reader.Get(OutboundScopes.Listeners, key.Scope))
            {
                var services = reader.Get(OutboundScopes.Services, (key.Scope, listener.Index));
                var bindsPort = key.Interception.None || !listener.Captured;
                var bind = Bind(listener, bindsPort);
                if (listener.Port is { } port)
                {
                    foreach (var service in services.Where(s => s.Resolution != Resolution.Alias))
                        Add(new ConnectionTarget(listener.Index, service, port, listener.PortName, listener.Protocol, "", []), bind, bindsPort);
                    continue;
                }

                _builder.LockAll();
                foreach (var service in services.Where(s => s.Resolution != Resolution.Alias))
                {
                    foreach (var servicePort in service.Ports)
                        AddPort(listener.Index, service, servicePort, bind, bindsPort);
                }
            }

            return _builder.Build();
        }

        private EquatableArray<string> Bind(EgressListener listener, bool bindsPort)
        {
            if (listener.Bind.Length > 0)
                return [listener.Bind];
            return bindsPort ? _family.ExtraLocalhosts.Prepend(_family.Localhost).ToEquatableArray() : [];
        }

        private void AddPort(int listener, MeshService service, MeshServicePort port, EquatableArray<string> bind, bool bindsPort)
        {
            var target = new ConnectionTarget(listener, service, port.Number, port.Name, port.Protocol, "", []);
            if (bind.IsEmpty && ListensOnEndpoints(service, port))
                AddEndpoints(target, port);
            else
                Add(target, bind, bindsPort);
        }

        /// <summary>Connections to endpoints of a headless service can only be told apart by the endpoint's own address.</summary>
        private bool ListensOnEndpoints(MeshService service, MeshServicePort port)
        {
            if (service.Resolution != Resolution.Passthrough || !(port.Protocol.IsTcp() || port.Protocol == Protocol.Auto)
                || _family.ListenAddress(service) is not (AddressFamily.UnspecifiedIpv4 or AddressFamily.UnspecifiedIpv6))
                return false;
            return service.IsKubernetes || !service.Selector.IsEmpty || !reader.Get(EndpointDirectory.AddressesOfPort, new ServicePortKey(service, port)).IsEmpty;
        }

        private void AddEndpoints(ConnectionTarget target, MeshServicePort port)
        {
            foreach (var address in reader.Get(EndpointDirectory.AddressesOfPort, new ServicePortKey(target.Service, port)))
            {
                // The proxy's own traffic to itself does not pass an outbound listener.
                if (address != key.OwnAddress && IPAddress.TryParse(address, out _))
                    Add(target, [address], bindsPort: false, checkedBind: []);
            }
        }

        private void Add(ConnectionTarget target, EquatableArray<string> bind, bool bindsPort, EquatableArray<string>? checkedBind = null)
        {
            var (service, port, protocol) = (target.Service, target.Port, target.Protocol);
            if (!MayListen(port, protocol, checkedBind ?? bind, bindsPort))
                return;
            var addresses = bind;
            EquatableArray<string> prefixes = [];
            if (addresses.IsEmpty && protocol.IsHttp())
                addresses = Wildcards();
            else if (addresses.IsEmpty)
                (addresses, prefixes) = Addresses(service);
            _builder.Add(
                addresses,
                port,
                bindsPort,
                protocol,
                match => new PlannedChain.Http(match, RouteName(service, port, protocol, addresses[0]), OwnHttpFilters(service, protocol)),
                () => _connections.Of(target with { Address = addresses[0], Prefixes = prefixes }),
                _family.Wildcard);
        }

        /// <summary>Ports of the proxy's own listeners stay free where both would be on the wildcard address.</summary>
        private bool MayListen(int port, Protocol protocol, EquatableArray<string> bind, bool bindsPort)
        {
            if (key.Interception.Forbids(bindsPort, port))
                return false;
            var onWildcard = bind.IsEmpty ? protocol.IsHttp() : bind[0] == _family.Wildcard;
            return !onWildcard || (port != _mesh.OutboundPort && port != _mesh.InboundPort && !key.Interception.OwnPorts.Contains(port));
        }

        private EquatableArray<string> Wildcards() => _family.ExtraWildcards.Prepend(_family.Wildcard).ToEquatableArray();

        private (EquatableArray<string> Addresses, EquatableArray<string> Prefixes) Addresses(MeshService service)
        {
            var address = _family.ListenAddress(service);
            var extra = _family.Reachable(service).Skip(1);
            if (!service.IsKubernetes && address == _family.Wildcard)
                extra = extra.Concat(_family.ExtraWildcards);
            var all = extra.Prepend(address).ToEquatableArray();
            return address.Contains('/', StringComparison.Ordinal) ? (Wildcards(), all) : (all, []);
        }

        private string RouteName(MeshService service, int port, Protocol protocol, string address)
        {
            if (port == 0)
                return address;
            return protocol == Protocol.Auto && address != _family.Wildcard ? RouteNames.OfService(service.Host, port) : RouteNames.OfPort(port);
        }

        private EquatableArray<HttpFilterContribution> OwnHttpFilters(MeshService service, Protocol protocol)
        {
            var filters = new List<HttpFilterContribution>();
            if (protocol == Protocol.GrpcWeb)
                filters.Add(HttpFilters.GrpcWeb);
            if (DynamicForwardProxies.Concerns(service))
                filters.Add(DynamicForwardProxies.Http(service.Host, _family));
            return filters.ToEquatableArray();
        }
    }
}
