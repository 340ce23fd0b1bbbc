using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy.Listeners;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.DestinationRule;
using ControlPlane.Translation.Features.Sidecar;
using ControlPlane.Translation.Views.Inbound;
using ControlPlane.Translation.Views.Outbound;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>The clusters of a workload's own ports: those that services lead to or, in their place, those of a Sidecar's ingress.</summary>
internal static class InboundMembers
{
    private const string NoInterception = "NONE";

    /// <summary>The items of a class.</summary>
    /// <param name="reader">What is read is recorded.</param>
    /// <param name="proxy">The class.</param>
    /// <param name="preserveHeaderCase">Whether HTTP/1.1 header names keep their case.</param>
    /// <param name="sources">Local addresses to connect from.</param>
    public static IEnumerable<ClusterItem> Of(IReader reader, ProxyClass proxy, bool preserveHeaderCase, EquatableArray<string> sources)
    {
        var sidecar = Sidecars.Find(reader, reader.Get(OutboundScopes.OfClass, proxy).Sidecar);
        if (sidecar is { Ingress.IsEmpty: false })
            return OfIngress(reader, proxy, sidecar, preserveHeaderCase, sources);
        // Without interception nothing listens for services: their ports are the application's own.
        return proxy.MetadataText("INTERCEPTION_MODE") == NoInterception
            ? []
            : reader.Get(InboundPorts.OfClass, proxy)
                .Select(p => OfService(reader, proxy, sidecar, new ClusterItem.Inbound(p, preserveHeaderCase, sources, proxy.Ipv4 ? "127.0.0.1" : "::1")));
    }

    private static ClusterItem.Inbound OfService(IReader reader, ProxyClass proxy, SidecarSpec? sidecar, ClusterItem.Inbound item)
    {
        var first = item.Port.Primary;
        var (policy, path) = Policy(reader, proxy, first.Host, first.Number);
        return item with { ConfigPath = path, Policy = Over(policy, sidecar, null) };
    }

    private static IEnumerable<ClusterItem> OfIngress(
        IReader reader, ProxyClass proxy, SidecarSpec sidecar, bool preserveHeaderCase, EquatableArray<string> sources)
    {
        var services = reader.Get(InboundPorts.OfClass, proxy);
        foreach (var ingress in sidecar.Ingress.DistinctBy(i => i.Port))
        {
            if (IngressEndpoint.Parse(ingress.DefaultEndpoint, proxy.Addresses, AddressFamily.Of(proxy)) is not { } endpoint)
                continue;
            var service = services.FirstOrDefault(s => s.Target == ingress.Port)?.Primary;
            var (policy, path) = service is null ? (ClusterPolicy.None, "") : Policy(reader, proxy, service.Host, ingress.Port);
            yield return new ClusterItem.Ingress(ingress.Port, ingress.Name, ingress.Protocol, endpoint)
            {
                Owner = service is null
                    ? new ServiceName($"{sidecar.Key.Name}.{proxy.Namespace}", sidecar.Key.Name, proxy.Namespace, false)
                    : new ServiceName(service.Host, service.Name, service.Namespace, service.IsKubernetes),
                HasService = service is not null,
                PreserveHeaderCase = preserveHeaderCase,
                SourceAddresses = endpoint.IsLoopback ? [] : sources,
                Policy = Over(policy, sidecar, ingress),
                ConfigPath = path,
            };
        }
    }

    /// <summary>What the rule of a service says for a port: the server must be able to take what its clients may send.</summary>
    private static (ClusterPolicy Policy, string ConfigPath) Policy(IReader reader, ProxyClass proxy, string host, int port)
    {
        if (reader.Get(OutboundServices.OfHost, (reader.Get(OutboundScopes.OfClass, proxy), false, host)) is not { } service
            || DestinationRules.Inbound(reader, proxy, service) is not { Policy: { } policy } rule)
            return (ClusterPolicy.None, "");
        var level = PolicyLevels.OfPort(policy, port);
        return (new ClusterPolicy { ConnectionPool = level.ConnectionPool, RetryBudget = level.RetryBudget }, rule.ApiPath);
    }

    /// <summary>The pool that a Sidecar sets replaces that of rules as a whole; that of the port goes before that of all ports.</summary>
    private static ClusterPolicy Over(ClusterPolicy policy, SidecarSpec? sidecar, SidecarIngress? ingress) =>
        (ingress?.ConnectionPool ?? sidecar?.InboundConnectionPool)?.Message is { } pool ? policy with { ConnectionPool = pool } : policy;
}
