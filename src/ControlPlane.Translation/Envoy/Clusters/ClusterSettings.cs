using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using Google.Protobuf.WellKnownTypes;
using Istio.Mesh.V1Alpha1;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>What of the mesh settings clusters depend on. One instance is shared by all inputs, so that a change of any other setting touches no cluster.</summary>
internal sealed record ClusterSettings
{
    /// <summary>The settings now.</summary>
    public static Derivation<Unit, ClusterSettings> Current { get; } = new("ClusterSettings", static (reader, _) =>
    {
        var mesh = reader.Get(MeshSettings.Current, Unit.Value).Config;
        return new ClusterSettings
        {
            ConnectTimeout = mesh.ConnectTimeout,
            DnsRefreshRate = mesh.DnsRefreshRate,
            TcpKeepalive = mesh.TcpKeepalive,
            OutboundStatName = mesh.OutboundClusterStatName,
            InboundStatName = mesh.InboundClusterStatName,
            UpgradeToHttp2 = mesh.H2UpgradePolicy == MeshConfig.Types.H2UpgradePolicy.Upgrade,
            AutoMtls = mesh.EnableAutoMtls ?? true,
            EcdhCurves = (mesh.TlsDefaults?.EcdhCurves ?? []).ToEquatableArray(),
            CipherSuites = (mesh.TlsDefaults?.CipherSuites ?? []).ToEquatableArray(),
            ConnectionPool = mesh.DefaultTrafficPolicy?.ConnectionPool,
            OutlierDetection = mesh.DefaultTrafficPolicy?.OutlierDetection,
            LocalityLb = mesh.LocalityLbSetting,
            ZoneAwareLb = mesh.ZoneAwareLbSetting,
            InboundToLocalhost = mesh.InboundTrafficPolicy?.Mode == MeshConfig.Types.InboundTrafficPolicy.Types.Mode.Localhost,
            DynamicOutbound = mesh.OutboundTrafficPolicy?.Mode == MeshConfig.Types.OutboundTrafficPolicy.Types.Mode.AllowAnyDynamicDns,
            DynamicOutboundTls = mesh.OutboundTrafficPolicy?.Tls,
        };
    });

    /// <summary>Timeout of connection attempts.</summary>
    public required Duration ConnectTimeout { get; init; }

    /// <summary>How often names are resolved again.</summary>
    public required Duration DnsRefreshRate { get; init; }

    /// <summary>Keep-alive probes, null where the mesh sets none.</summary>
    public ConnectionPoolSettings.Types.TCPSettings.Types.TcpKeepalive? TcpKeepalive { get; init; }

    /// <summary>Pattern of the statistics' names, "" for the default.</summary>
    public string OutboundStatName { get; init; } = "";

    /// <summary>Pattern of the statistics' names of inbound clusters, "" for the default.</summary>
    public string InboundStatName { get; init; } = "";

    /// <summary>Whether HTTP ports are spoken to in HTTP/2 unless a rule says otherwise.</summary>
    public bool UpgradeToHttp2 { get; init; }

    /// <summary>Whether clients use mutual TLS where servers take it.</summary>
    public bool AutoMtls { get; init; }

    /// <summary>Curves of TLS that a rule originates; empty for Envoy's own.</summary>
    public EquatableArray<string> EcdhCurves { get; init; }

    /// <summary>Ciphers of TLS that a rule originates; empty for Envoy's own.</summary>
    public EquatableArray<string> CipherSuites { get; init; }

    /// <summary>Connection pool where no rule sets one.</summary>
    public ConnectionPoolSettings? ConnectionPool { get; init; }

    /// <summary>Outlier detection where no rule sets it.</summary>
    public OutlierDetection? OutlierDetection { get; init; }

    /// <summary>Locality load balancing where neither rule nor service say anything.</summary>
    public LocalityLoadBalancerSetting? LocalityLb { get; init; }

    /// <summary>Zone-aware load balancing where neither rule nor service say anything.</summary>
    public ZoneAwareLoadBalancerSetting? ZoneAwareLb { get; init; }

    /// <summary>Whether inbound connections go to the loopback address instead of their original destination.</summary>
    public bool InboundToLocalhost { get; init; }

    /// <summary>Whether unknown hosts are resolved by the proxy.</summary>
    public bool DynamicOutbound { get; init; }

    /// <summary>TLS that the proxy originates towards unknown hosts.</summary>
    public ClientTLSSettings? DynamicOutboundTls { get; init; }

    /// <inheritdoc/>
    public override int GetHashCode() => ConnectTimeout.GetHashCode();
}
