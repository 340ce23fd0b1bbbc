using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.VirtualService;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Services;
using Google.Protobuf.Collections;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>
/// The chains of connections that are passed on as they are. All VirtualServices whose hosts fit the service form one list of routes;
/// ports with TLS read their TLS routes only, others their TCP routes only.
/// </summary>
internal sealed class ConnectionChains(IReader reader, OutboundPlanKey key, string statPattern)
{
    private readonly AddressFamily _family = key.Family;

    /// <summary>The chains of a port of a service, in order.</summary>
    public IReadOnlyList<PlannedChain> Of(ConnectionTarget target)
    {
        var rules = reader.Get(ImportedVirtualServices.Connections, (key.Scope, target.Listener))
            .Where(r => r.Hosts.Any(h => HostNames.Overlap(h, target.Service.Host)))
            .ToList();
        return target.Protocol.IsTls() ? ByServerName(target, rules) : ByAddress(target, rules);
    }

    /// <summary>A chain per match; server names that an earlier match has taken are not given again. If nothing matches, that of the service.</summary>
    private List<PlannedChain> ByServerName(ConnectionTarget target, List<ConnectionRules> rules)
    {
        var chains = new List<PlannedChain>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (rule, route) in rules.SelectMany(r => r.Tls.Select(t => (r, t.Message))).Where(r => r.Message.Route.Count > 0))
        {
            foreach (var match in route.Match.Where(m => Concerns(m.Gateways, m.SourceLabels, m.Port, m.SourceNamespace, target.Port)))
            {
                // As istiod: the networks of a match also hold for those after it that name none.
                if (match.DestinationSubnets.Count > 0 && target.Port > 0)
                    target = target with { Prefixes = match.DestinationSubnets.ToEquatableArray() };
                if (seen.Add($"{string.Join(',', match.SniHosts)}|{string.Join(',', match.DestinationSubnets)}"))
                    Add(chains, Routed(target, route.Route, rule.Key, new ChainMatch(match.SniHosts.ToEquatableArray(), target.Prefixes, false), rule.Key));
            }
        }

        if (chains.Count == 0)
            chains.Add(Plain(target));
        return chains;
    }

    /// <summary>Routes for some networks are chains of their own; the first for any address ends the list, else the service's own does.</summary>
    private List<PlannedChain> ByAddress(ConnectionTarget target, List<ConnectionRules> rules)
    {
        var chains = new List<PlannedChain>();
        var plain = true;
        foreach (var (rule, route) in rules.SelectMany(r => r.Tcp.Select(t => (r, t.Message))).Where(r => r.Message.Route.Count > 0))
        {
            var matches = route.Match.Where(m => Concerns(m.Gateways, m.SourceLabels, m.Port, m.SourceNamespace, target.Port)).ToList();
            if (route.Match.Count == 0 || matches.Exists(m => m.DestinationSubnets.Count == 0 || target.Port == 0))
            {
                Add(chains, Routed(target, route.Route, rule.Key, new ChainMatch([], target.Prefixes, false), rule.Key));
                return chains;
            }

            var networks = matches.SelectMany(m => m.DestinationSubnets).ToEquatableArray();
            if (networks.IsEmpty)
                continue;
            Add(chains, Routed(target, route.Route, rule.Key, new ChainMatch([], networks, false), null));
            plain &= !networks.Order(StringComparer.Ordinal).SequenceEqual(target.Prefixes.Order(StringComparer.Ordinal));
        }

        if (plain)
            chains.Add(Plain(target));
        return chains;
    }

    /// <summary>Unlike those of requests, all conditions of a match must hold.</summary>
    private bool Concerns(RepeatedField<string> gateways, MapField<string, string> labels, uint port, string sourceNamespace, int listenPort) =>
        (gateways.Count == 0 || gateways.Contains(VirtualServiceSpec.Mesh))
        && labels.All(l => key.Labels[l.Key] == l.Value)
        && (port == 0 || port == listenPort)
        && (sourceNamespace.Length == 0 || sourceNamespace == key.Scope.Namespace);

    private static void Add(List<PlannedChain> chains, PlannedChain? chain)
    {
        if (chain is not null)
            chains.Add(chain);
    }

    /// <summary>A chain for destinations of a route; null where none has a weight.</summary>
    private PlannedChain.Tcp? Routed(ConnectionTarget target, RepeatedField<RouteDestination> routes, ObjectKey rule, ChainMatch match, ObjectKey? named)
    {
        var first = routes[0].Destination ?? new Destination();
        var service = Find(first.Host);
        TcpDestination destination;
        if (routes.Count == 1)
        {
            var cluster = DestinationClusters.Name(first, service, target.Port);
            var statPrefix = statPattern.Length == 0 || service is null
                ? cluster
                : StatNames.Fill(statPattern, ServiceName.Of(service) with { Host = first.Host }, first.Subset, target.Port, target.PortName, 0);
            destination = new TcpDestination(statPrefix, [new FilterChains.WeightedCluster(cluster, 0)]) { Tuning = Tuning(service, first.Subset) };
        }
        else
        {
            var clusters = routes.Where(r => r.Weight > 0)
                .Select(r => (Destination: r.Destination ?? new Destination(), r.Weight))
                .Select(r => new FilterChains.WeightedCluster(DestinationClusters.Name(r.Destination, Find(r.Destination.Host), target.Port), (uint)r.Weight))
                .ToEquatableArray();
            if (clusters.IsEmpty)
                return null;
            destination = new TcpDestination($"{rule.Name}.{rule.Namespace}", clusters) { Tuning = Tuning(service, "") };
        }

        return new PlannedChain.Tcp(match, destination, ProtocolFilters.Of(target.Protocol, destination.StatPrefix), named);
    }

    /// <summary>The chain of a service of which no rule speaks.</summary>
    private PlannedChain.Tcp Plain(ConnectionTarget target)
    {
        // A listener of the user's own port leads to the only port of the service, whatever its number.
        var service = target.Service;
        var port = service.Ports.Count == 1 ? service.Ports[0].Number : target.Port;
        var cluster = ClusterNames.Outbound(port, "", service.Host);
        var statPrefix = statPattern.Length == 0 ? cluster : StatNames.Fill(statPattern, ServiceName.Of(service), "", port, "", 0);
        var match = new ChainMatch(target.Protocol.IsTls() ? ServerNames(target) : [], target.Prefixes, false);
        var destination = new TcpDestination(statPrefix, [new FilterChains.WeightedCluster(cluster, 0)]) { Tuning = Tuning(Find(service.Host), "") };
        var filters = ProtocolFilters.Of(target.Protocol, statPrefix);
        if (DynamicForwardProxies.Concerns(service))
            filters = filters.Append(DynamicForwardProxies.ServerName(service.Host, target.Port, _family)).ToEquatableArray();
        return new PlannedChain.Tcp(match, destination, filters, null);
    }

    /// <summary>
    /// Where the address does not tell services apart, the name in the TLS handshake must; where it does, any name is taken, as
    /// applications may use short ones.
    /// </summary>
    private EquatableArray<string> ServerNames(ConnectionTarget target)
    {
        var service = target.Service;
        var own = _family.ListenAddress(service);
        if (target.Prefixes.IsEmpty && !(own == _family.Wildcard && target.Address == _family.Wildcard) && !DynamicForwardProxies.Concerns(service))
            return [];
        return service.Aliases
            .SelectMany(a => HostDomains.Short(a.Host, key.Scope.Namespace, key.DomainSuffix).Prepend(a.Host))
            .Prepend(service.Host).ToEquatableArray();
    }

    private TcpTuning Tuning(MeshService? service, string subset) => service is not null && DestinationRules.MayTune(reader, key.Scope.Namespace, service)
        ? reader.Get(TcpTunings.Of, (key.Scope.Namespace, key.Labels, service, subset))
        : TcpTuning.None;

    private MeshService? Find(string host) => reader.Get(OutboundServices.OfHost, (key.Scope, false, host));
}
