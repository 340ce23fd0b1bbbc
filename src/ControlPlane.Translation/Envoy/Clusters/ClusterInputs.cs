using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy.Endpoints;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Inbound;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Collects what a cluster is made from.</summary>
internal static class ClusterInputs
{
    private const string ExternalSdsSocket = "./var/run/secrets/credential-uds/socket";

    /// <summary>The input of an item; null where it yields no cluster.</summary>
    public static ClusterInput? Compute(IReader reader, ClusterItem item)
    {
        var settings = reader.Get(ClusterSettings.Current, Unit.Value);
        return item switch
        {
            ClusterItem.BlackHole => new ClusterInput.BlackHole { Name = ClusterNames.BlackHole, Settings = settings },
            ClusterItem.Passthrough i => new ClusterInput.Passthrough
            {
                Name = ClusterNames.Passthrough,
                Settings = settings,
                PreserveHeaderCase = i.PreserveHeaderCase,
                ExchangesMetadata = true,
            },
            ClusterItem.InboundPassthrough i => new ClusterInput.Passthrough
            {
                Name = ClusterNames.InboundPassthrough,
                Settings = settings,
                PreserveHeaderCase = i.PreserveHeaderCase,
                SourceAddresses = i.SourceAddresses,
            },
            ClusterItem.AllowAny i => new ClusterInput.AllowAny
            {
                Name = ClusterNames.AllowAnyDynamicDns,
                Settings = settings,
                PreserveHeaderCase = i.PreserveHeaderCase,
                DnsFamily = i.DnsFamily,
                Resolver = i.Resolver,
                Tls = settings.DynamicOutboundTls is { } tls ? ClientTls.OfMesh(tls) : null,
            },
            ClusterItem.SecretServer => new ClusterInput.SecretServer { Name = ClusterNames.ExternalSdsServer, Settings = settings, Path = ExternalSdsSocket },
            ClusterItem.Service i => Service(reader, i, settings),
            ClusterItem.Inbound i => Inbound(i, settings),
            ClusterItem.Ingress i => Ingress(i, settings),
            _ => throw new ArgumentOutOfRangeException(nameof(item)),
        };
    }

    private static ClusterInput.Service? Service(IReader reader, ClusterItem.Service item, ClusterSettings settings)
    {
        var (service, port, subset) = (item.Cluster.Service, item.Cluster.Port, item.Cluster.Subset);
        var byServerName = item.Cluster.ByServerName;
        var name = byServerName ? ClusterNames.ServerName(port.Number, subset, service.Host) : ClusterNames.Outbound(port.Number, subset, service.Host);
        var serviceName = ServiceName.Of(service);
        var assignment = item.Endpoints is { } traits
            ? EndpointInputs.Compute(reader, new EndpointItem(service, port, subset, item.Cluster.Endpoints, traits) { ByServerName = byServerName })
            : null;
        if ((item.Cluster.NeedsHosts || item.Cluster.KeepsDnsSettings) && assignment is not { Localities.IsEmpty: false })
            return null;
        return new ClusterInput.Service
        {
            Name = name,
            Outbound = true,
            Settings = settings,
            // istiod does not rename the statistics of clusters that resolve per request.
            StatName = settings.OutboundStatName.Length > 0 && item.Cluster.Discovery != ClusterDiscovery.DynamicForwardProxy
                ? StatNames.Fill(settings.OutboundStatName, serviceName, subset, port.Number, port.Name, 0)
                : name,
            Discovery = item.Cluster.Discovery,
            Protocol = Protocol(port.Protocol, item.Traits.Type == ProxyType.Sidecar),
            PreserveHeaderCase = item.Traits.PreserveHeaderCase,
            Policy = byServerName ? item.Cluster.Policy with { ProxyProtocol = null } : item.Cluster.Policy,
            Tls = byServerName ? null : ClientTls.Compute(reader, item, settings),
            Services = [serviceName],
            MeshExternal = service.MeshExternal,
            Subset = subset,
            ConfigPath = item.Cluster.ConfigPath,
            TrafficDistribution = service.TrafficDistribution,
            KeepsSessions = subset.Length == 0 && service.KeepsSessions,
            DnsFamily = service.RacesConnections ? DnsFamily.All : item.Traits.DnsFamily,
            DynamicHost = item.Cluster.Discovery == ClusterDiscovery.DynamicForwardProxy ? service.Host : "",
            KeepsDnsSettings = item.Cluster.KeepsDnsSettings,
            PortOverride = OverridesPort(item) ? port.TargetPort : 0,
            Assignment = item.Cluster.Discovery == ClusterDiscovery.OriginalDestination ? null : assignment,
        };
    }

    /// <summary>
    /// Whether the target port takes the place of the original one. A gateway's cluster for the whole service goes to original destinations
    /// only because a rule says so, after the fact.
    /// </summary>
    private static bool OverridesPort(ClusterItem.Service item) =>
        item.Cluster.Service is { IsKubernetes: false, Resolution: Resolution.Passthrough }
        && (item.Traits.Type == ProxyType.Sidecar || item.Cluster.Subset.Length > 0);

    private static ClusterInput.Service Inbound(ClusterItem.Inbound item, ClusterSettings settings)
    {
        var port = item.Port;
        var first = port.Primary;
        var name = ClusterNames.Inbound(port.Target);
        var local = settings.InboundToLocalhost;
        return new ClusterInput.Service
        {
            Name = name,
            Settings = settings,
            StatName = settings.InboundStatName.Length > 0
                ? StatNames.Fill(settings.InboundStatName, Name(first), "", first.Number, first.PortName, port.Target)
                : name,
            Discovery = local ? ClusterDiscovery.Static : ClusterDiscovery.OriginalDestination,
            Protocol = Protocol(port.Protocol, true),
            PreserveHeaderCase = item.PreserveHeaderCase,
            Policy = item.Policy.Over(settings),
            ConfigPath = item.ConfigPath,
            Services = port.Services.Where(s => s.Number == first.Number).Select(Name).Distinct().ToEquatableArray(),
            SourceAddresses = local ? [] : item.SourceAddresses,
            Assignment = local ? EndpointInput.Local(name, item.Loopback, port.Target) : null,
        };
    }

    private static ClusterInput.Service Ingress(ClusterItem.Ingress item, ClusterSettings settings)
    {
        var name = ClusterNames.Inbound(item.Port);
        var isStatic = item.Endpoint.Address.Length > 0;
        return new ClusterInput.Service
        {
            Name = name,
            Settings = settings,
            StatName = settings.InboundStatName.Length > 0
                ? StatNames.Fill(settings.InboundStatName, item.Owner, "", item.Port, item.PortName, item.Port)
                : name,
            Discovery = isStatic ? ClusterDiscovery.Static : ClusterDiscovery.OriginalDestination,
            Protocol = Protocol(item.Protocol, true),
            PreserveHeaderCase = item.PreserveHeaderCase,
            Policy = item.Policy.Over(settings),
            ConfigPath = item.ConfigPath,
            Services = item.HasService ? [item.Owner] : [],
            SourceAddresses = item.SourceAddresses,
            Assignment = isStatic ? EndpointInput.Local(name, item.Endpoint.Address, item.Endpoint.Port) : null,
        };
    }

    private static ServiceName Name(InboundService service) => new(service.Host, service.Name, service.Namespace, service.IsKubernetes);

    private static UpstreamProtocol Protocol(Protocol protocol, bool detects)
    {
        if (protocol.IsHttp2())
            return UpstreamProtocol.Http2;
        if (protocol.IsHttp())
            return UpstreamProtocol.Http;
        if (protocol == Views.Services.Protocol.Auto)
            return detects ? UpstreamProtocol.Detected : UpstreamProtocol.Unknown;
        return UpstreamProtocol.Tcp;
    }
}
