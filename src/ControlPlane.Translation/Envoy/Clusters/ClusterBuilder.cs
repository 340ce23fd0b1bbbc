using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Envoy.Endpoints;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Resources;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Clusters.DynamicForwardProxy.V3;
using Envoy.Extensions.Network.DnsResolver.Cares.V3;
using Google.Protobuf.WellKnownTypes;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Makes clusters from their inputs.</summary>
internal static class ClusterBuilder
{
    private const string ProtocolOptionsKey = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    // As long as Envoy's duration can be: hosts of the workload itself are never forgotten.
    private static readonly Duration NeverCleanUp = new() { Seconds = 9223372035 };

    /// <summary>The resource of an input; null where a cluster that must have hosts has none.</summary>
    public static EnvoyResource? Build(ClusterInput input) => input switch
    {
        ClusterInput.BlackHole i => Resource(BlackHole(i)),
        ClusterInput.Passthrough i => Resource(Passthrough(i)),
        ClusterInput.AllowAny i => Resource(AllowAny(i)),
        ClusterInput.SecretServer i => Resource(SecretServer(i)),
        ClusterInput.Service i => Service(i) is { } cluster ? Resource(cluster) : null,
        _ => throw new ArgumentOutOfRangeException(nameof(input)),
    };

    private static EnvoyResource Resource(Cluster cluster) => new(XdsType.Cluster, cluster.Name, cluster)
    {
        References = cluster.EdsClusterConfig is { } eds ? [eds.ServiceName] : [],
    };

    private static Cluster BlackHole(ClusterInput.BlackHole input) => new()
    {
        Name = input.Name,
        AltStatName = StatNames.Delimited(input.Name),
        Type = Cluster.Types.DiscoveryType.Static,
        ConnectTimeout = input.Settings.ConnectTimeout,
    };

    private static Cluster Passthrough(ClusterInput.Passthrough input)
    {
        var cluster = new Cluster
        {
            Name = input.Name,
            AltStatName = StatNames.Delimited(ClusterNames.Passthrough),
            Type = Cluster.Types.DiscoveryType.OriginalDst,
            LbPolicy = Cluster.Types.LbPolicy.ClusterProvided,
            UpstreamBindConfig = BindConfig(input.SourceAddresses),
        };
        var ignored = new HttpProtocolOptions();
        ConnectionPools.Apply(cluster, ignored, input.Settings, ClusterPolicy.None.Over(input.Settings));
        Pack(cluster, HttpVersions.Passthrough(input.PreserveHeaderCase));
        if (input.ExchangesMetadata)
            cluster.Filters.Add(PeerExchange.Filter());
        return cluster;
    }

    private static Cluster AllowAny(ClusterInput.AllowAny input)
    {
        var cluster = new Cluster
        {
            Name = input.Name,
            AltStatName = StatNames.Delimited(input.Name),
            LbPolicy = Cluster.Types.LbPolicy.ClusterProvided,
            ClusterType = Dynamic(new ClusterConfig
            {
                DnsCacheConfig = DnsCaches.AllowAny(input.DnsFamily, input.Resolver),
                // Envoy insists on server names and their check, which plaintext has not.
                AllowInsecureClusterOptions = input.Tls is null,
            }),
            Filters = { PeerExchange.Filter() },
        };
        var options = new HttpProtocolOptions();
        ConnectionPools.Apply(cluster, options, input.Settings, ClusterPolicy.None);
        if (input.Tls is { } tls)
            cluster.TransportSocket = TransportSockets.OfTls(tls, options, input.Settings);
        Pack(cluster, options.Equals(Unset) ? HttpVersions.Passthrough(input.PreserveHeaderCase) : HttpVersions.Complete(options));
        return cluster;
    }

    private static Cluster SecretServer(ClusterInput.SecretServer input)
    {
        var cluster = new Cluster
        {
            Name = input.Name,
            AltStatName = StatNames.Delimited(input.Name),
            Type = Cluster.Types.DiscoveryType.Static,
            ConnectTimeout = input.Settings.ConnectTimeout,
            LoadAssignment = EndpointBuilder.Assignment(EndpointInput.Local(input.Name, input.Path, 0)),
        };
        var options = new HttpProtocolOptions();
        HttpVersions.Apply(options, UpstreamProtocol.Http2, false);
        Pack(cluster, options);
        return cluster;
    }

    private static Cluster.Types.CustomClusterType Dynamic(ClusterConfig config) =>
        new() { Name = "envoy.clusters.dynamic_forward_proxy", TypedConfig = ProtoJson.Pack(config) };

    private static Cluster? Service(ClusterInput.Service input)
    {
        var cluster = new Cluster
        {
            Name = input.Name,
            AltStatName = StatNames.Delimited(input.StatName),
            CommonLbConfig = input.DynamicHost.Length == 0 ? new Cluster.Types.CommonLbConfig() : null,
            Metadata = ClusterMetadata.Of(input),
            UpstreamBindConfig = BindConfig(input.SourceAddresses),
        };
        if (!SetDiscovery(cluster, input))
            return null;
        var options = new HttpProtocolOptions();
        HttpVersions.Apply(options, input.Protocol, input.PreserveHeaderCase);
        var policy = input.Policy;
        if (input.Outbound)
            HttpVersions.Upgrade(options, input.Protocol, input.Settings, policy);
        ConnectionPools.Apply(cluster, options, input.Settings, policy);
        if (input.Outbound)
        {
            OutlierDetections.Apply(cluster, options, policy.OutlierDetection, input.TrafficDistribution.Length > 0);
            if (input.DynamicHost.Length == 0)
                LoadBalancing.Apply(cluster, input, policy);
            TransportSockets.Apply(cluster, options, input);
            cluster.Filters.Add(PeerExchange.Filter());
        }
        else if (cluster.Type == Cluster.Types.DiscoveryType.OriginalDst)
        {
            cluster.LbPolicy = Cluster.Types.LbPolicy.ClusterProvided;
        }

        if (input.DynamicHost.Length > 0)
            SetDynamic(cluster, options, input);
        if (!options.Equals(Unset))
            Pack(cluster, HttpVersions.Complete(options));
        if (input.Discovery == ClusterDiscovery.Eds)
            cluster.EdsClusterConfig = EdsConfig(input.Name);
        return cluster;
    }

    private static readonly HttpProtocolOptions Unset = new();

    /// <summary>
    /// Lets the cluster resolve the host of each request. Envoy insists that server names follow the host and are checked, wherever there
    /// are options of HTTP, unless it is told that something else is wanted.
    /// </summary>
    private static void SetDynamic(Cluster cluster, HttpProtocolOptions options, ClusterInput.Service input)
    {
        cluster.LbPolicy = Cluster.Types.LbPolicy.ClusterProvided;
        var insecure = input.Tls is { } tls && (tls.InsecureSkipVerify || tls.Sni.Length > 0);
        if (!insecure && !options.Equals(Unset))
            options.UpstreamHttpProtocolOptions = new UpstreamHttpProtocolOptions { AutoSni = true, AutoSanValidation = true };
        cluster.ClusterType = Dynamic(new ClusterConfig
        {
            DnsCacheConfig = DnsCaches.OfHost(input.DynamicHost, input.DnsFamily),
            AllowInsecureClusterOptions = insecure,
        });
    }

    /// <summary>Sets how hosts are found; false where hosts are needed and there are none.</summary>
    private static bool SetDiscovery(Cluster cluster, ClusterInput.Service input)
    {
        if (input.Discovery == ClusterDiscovery.DynamicForwardProxy)
            return true;
        cluster.Type = input.Discovery switch
        {
            ClusterDiscovery.Eds => Cluster.Types.DiscoveryType.Eds,
            ClusterDiscovery.OriginalDestination => Cluster.Types.DiscoveryType.OriginalDst,
            ClusterDiscovery.StrictDns => Cluster.Types.DiscoveryType.StrictDns,
            ClusterDiscovery.LogicalDns => Cluster.Types.DiscoveryType.LogicalDns,
            ClusterDiscovery.Static => Cluster.Types.DiscoveryType.Static,
            _ => throw new ArgumentOutOfRangeException(nameof(input)),
        };
        if (input.KeepsSessions)
            cluster.CommonLbConfig.OverrideHostStatus = SessionHosts();
        if (!input.Outbound && input.Discovery == ClusterDiscovery.OriginalDestination)
            cluster.CleanupInterval = NeverCleanUp;
        if (input.Discovery == ClusterDiscovery.OriginalDestination && input.PortOverride > 0)
            cluster.OriginalDstLbConfig = new Cluster.Types.OriginalDstLbConfig { UpstreamPortOverride = (uint)input.PortOverride };
        if (input.KeepsDnsSettings || input.Discovery is ClusterDiscovery.StrictDns or ClusterDiscovery.LogicalDns)
            SetDns(cluster, input);
        if (input.Discovery is not (ClusterDiscovery.StrictDns or ClusterDiscovery.LogicalDns or ClusterDiscovery.Static))
            return true;
        if (input.Assignment is not { Localities.IsEmpty: false } assignment)
            return false;
        cluster.LoadAssignment = EndpointBuilder.Assignment(assignment);
        return true;
    }

    private static void SetDns(Cluster cluster, ClusterInput.Service input)
    {
        cluster.DnsLookupFamily = DnsCaches.Lookup(input.DnsFamily);
        cluster.DnsRefreshRate = input.Settings.DnsRefreshRate;
        cluster.RespectDnsTtl = true;
        cluster.DnsJitter = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(100));
        cluster.TypedDnsResolverConfig = new TypedExtensionConfig
        {
            Name = "envoy.network.dns_resolver.cares",
            TypedConfig = ProtoJson.Pack(new CaresDnsResolverConfig { UdpMaxQueries = 100 }),
        };
    }

    /// <summary>Hosts that a session may hold on to: draining ones too, which Envoy would drop, and with them the sessions.</summary>
    public static HealthStatusSet SessionHosts() => new()
    {
        Statuses = { HealthStatus.Healthy, HealthStatus.Draining, HealthStatus.Unknown, HealthStatus.Degraded },
    };

    private static Cluster.Types.EdsClusterConfig EdsConfig(string name) => new()
    {
        ServiceName = name,
        EdsConfig = new ConfigSource { Ads = new AggregatedConfigSource(), InitialFetchTimeout = new Duration(), ResourceApiVersion = ApiVersion.V3 },
    };

    private static BindConfig? BindConfig(EquatableArray<string> addresses)
    {
        if (addresses.IsEmpty)
            return null;
        var config = new BindConfig { SourceAddress = AnyPortOf(addresses[0]) };
        foreach (var address in addresses.Skip(1))
            config.ExtraSourceAddresses.Add(new ExtraSourceAddress { Address = AnyPortOf(address) });
        return config;
    }

    private static SocketAddress AnyPortOf(string address) => new() { Address = address, PortValue = 0 };

    private static void Pack(Cluster cluster, HttpProtocolOptions options) =>
        cluster.TypedExtensionProtocolOptions.Add(ProtocolOptionsKey, ProtoJson.Pack(options));
}
