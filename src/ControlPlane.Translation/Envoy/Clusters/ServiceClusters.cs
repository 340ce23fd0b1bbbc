using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Endpoints;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.Gateway;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>The outbound clusters of classes.</summary>
internal static class ServiceClusters
{
    /// <summary>The clusters of a class, whatever their endpoints are.</summary>
    public static Derivation<ProxyClass, EquatableArray<ServiceCluster>> OfClass { get; } = new("ServiceClusters", static (reader, proxy) =>
    {
        var settings = reader.Get(ClusterSettings.Current, Unit.Value);
        var result = new List<ServiceCluster>();
        foreach (var service in reader.Get(OutboundServices.OfScope, (reader.Get(OutboundScopes.OfClass, proxy), proxy.Type == ProxyType.Router)))
        {
            if (service.Resolution == Resolution.Alias)
                continue;
            var rule = DestinationRules.Outbound(reader, proxy, service);
            foreach (var port in service.Ports)
            {
                if (port.Protocol == Protocol.Udp || (service.Resolution == Resolution.DynamicDns && !CanForward(port.Protocol)))
                    continue;
                result.Add(Whole(service, port, proxy, rule, settings));
                if (rule is not null && service.Resolution != Resolution.DynamicDns)
                    result.AddRange(rule.Subsets.Select(s => Part(service, port, proxy, rule, s, settings)));
            }
        }

        if (reader.Get(MergedGateways.PassAnythingThrough, proxy))
            result.AddRange(result.Where(static c => !c.Service.MeshExternal).Select(static c => c with { ByServerName = true }).ToList());
        return result.ToEquatableArray();
    });

    /// <summary>One cluster of a class, whatever its protocol; null where the class has none of that name.</summary>
    public static ServiceCluster? Find(IReader reader, ProxyClass proxy, string host, int number, string subset)
    {
        var scope = reader.Get(OutboundScopes.OfClass, proxy);
        if (reader.Get(OutboundServices.OfHost, (scope, proxy.Type == ProxyType.Router, host)) is not { } service
            || service.Ports.FirstOrDefault(p => p.Number == number) is not { } port)
            return null;
        var settings = reader.Get(ClusterSettings.Current, Unit.Value);
        var rule = DestinationRules.Outbound(reader, proxy, service);
        if (subset.Length == 0)
            return Whole(service, port, proxy, rule, settings);
        return rule?.SubsetOf(subset) is { } part ? Part(service, port, proxy, rule, part, settings) : null;
    }

    /// <summary>Protocols whose connections name the host to resolve.</summary>
    private static bool CanForward(Protocol protocol) => protocol is Protocol.Http or Protocol.Http2 or Protocol.Grpc or Protocol.Tls;

    private static ServiceCluster Whole(MeshService service, MeshServicePort port, ProxyClass proxy, DestinationRuleSpec? rule, ClusterSettings settings)
    {
        var own = PolicyLevels.OfPort(rule?.Policy, port.Number);
        var policy = own.Over(settings);
        var discovery = Discovery(service, proxy, policy);
        return new ServiceCluster(service, port, "", policy, Endpoints(service, port, own, Weighted(discovery, own, policy), rule, null, settings), discovery)
        {
            ConfigPath = rule?.ApiPath ?? "",
            RuleSelects = rule?.Selector is not null,
            Indistinct = IsIndistinct(service, rule?.Policy),
        };
    }

    private static ServiceCluster Part(
        MeshService service, MeshServicePort port, ProxyClass proxy, DestinationRuleSpec rule, SubsetSpec subset, ClusterSettings settings)
    {
        var own = PolicyLevels.OfPort(rule.Policy, port.Number);
        var policy = PolicyLevels.OfSubset(own.Over(settings), subset.Policy, port.Number);
        var whole = Discovery(service, proxy, own.Over(settings));
        var discovery = Discovery(service, proxy, policy, whole, subset);
        own = PolicyLevels.OfSubset(own, subset.Policy, port.Number);
        var endpoints = Endpoints(service, port, own, Weighted(discovery, own, policy), rule, subset, settings);
        return new ServiceCluster(service, port, subset.Name, policy, endpoints, discovery)
        {
            NeedsHosts = whole is ClusterDiscovery.StrictDns or ClusterDiscovery.LogicalDns && !SaysPassthrough(subset.Policy),
            ConfigPath = rule.ApiPath,
            RuleSelects = rule.Selector is not null,
            Indistinct = IsIndistinct(service, subset.Policy),
        };
    }

    /// <summary>The policy whose outlier detection makes near endpoints preferred: the mesh's default counts only where endpoints are part of the cluster.</summary>
    private static ClusterPolicy Weighted(ClusterDiscovery discovery, ClusterPolicy own, ClusterPolicy policy) =>
        discovery is ClusterDiscovery.StrictDns or ClusterDiscovery.LogicalDns ? policy : own;

    /// <summary>What of a rule concerns endpoints.</summary>
    private static EndpointPolicy Endpoints(
        MeshService service, MeshServicePort port, ClusterPolicy policy, ClusterPolicy weighted, DestinationRuleSpec? rule, SubsetSpec? subset, ClusterSettings settings)
    {
        var locality = LocalityRule.Effective(policy.LoadBalancer, service.TrafficDistribution, settings.LocalityLb, settings.ZoneAwareLb);
        var acts = locality?.Acts(weighted.OutlierDetection is not null) == true;
        if (rule is null && !acts)
            return EndpointPolicy.Default;
        var result = new EndpointPolicy
        {
            SubsetLabels = subset?.Labels ?? LabelMap.Empty,
            MutualTls = rule is null ? null : PolicyLevels.MutualTls(rule, subset, port.Number),
            HealthyOnly = policy.OutlierDetection?.MinHealthPercent > 0 && service.TrafficDistribution.Length == 0,
            Locality = acts ? locality : null,
        };
        return result.Equals(EndpointPolicy.Default) ? EndpointPolicy.Default : result;
    }

    private static bool IsIndistinct(MeshService service, TrafficPolicy? policy) =>
        service.Resolution == Resolution.Passthrough || SaysPassthrough(policy);

    private static bool SaysPassthrough(TrafficPolicy? policy) => new ClusterPolicy { LoadBalancer = policy?.LoadBalancer }.IsPassthrough;

    /// <summary>
    /// How a subset's hosts are found: as those of the whole service, and not by endpoints either where the subset itself, whatever it says of the
    /// port, or what comes of all levels says PASSTHROUGH.
    /// </summary>
    private static ClusterDiscovery Discovery(MeshService service, ProxyClass proxy, ClusterPolicy policy, ClusterDiscovery whole, SubsetSpec subset) =>
        whole == ClusterDiscovery.OriginalDestination || SaysPassthrough(subset.Policy) ? ClusterDiscovery.OriginalDestination : Discovery(service, proxy, policy);

    /// <summary>How a service's hosts are found. Gateways have no original destination to connect to, unless a rule insists.</summary>
    private static ClusterDiscovery Discovery(MeshService service, ProxyClass proxy, ClusterPolicy policy)
    {
        if (service.Resolution == Resolution.DynamicDns && service.Host.StartsWith('*'))
            return ClusterDiscovery.DynamicForwardProxy;
        if (policy.IsPassthrough)
            return ClusterDiscovery.OriginalDestination;
        return service.Resolution switch
        {
            Resolution.Passthrough => proxy.Type == ProxyType.Router ? ClusterDiscovery.Eds : ClusterDiscovery.OriginalDestination,
            Resolution.Dns => service.RacesConnections ? ClusterDiscovery.LogicalDns : ClusterDiscovery.StrictDns,
            Resolution.DnsRoundRobin => ClusterDiscovery.LogicalDns,
            _ => ClusterDiscovery.Eds,
        };
    }
}
