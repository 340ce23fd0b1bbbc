using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Istio.Networking.V1Alpha3;
using HttpProtocolOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;
using Percent = Envoy.Type.V3.Percent;

namespace ControlPlane.Translation.Envoy.Clusters;

/// <summary>Limits, timeouts and keep-alive of connections. A number that is 0 counts as unset, as in Istio's API.</summary>
internal static class ConnectionPools
{
    private const double DefaultBudgetPercent = 20;
    private const uint DefaultBudgetConcurrency = 3;

    /// <summary>Sets the limits of a policy over the mesh's timeouts.</summary>
    public static void Apply(Cluster cluster, HttpProtocolOptions options, ClusterSettings mesh, ClusterPolicy policy)
    {
        var pool = policy.ConnectionPool;
        cluster.ConnectTimeout = pool?.Tcp?.ConnectTimeout ?? mesh.ConnectTimeout;
        cluster.UpstreamConnectionOptions = Keepalive(mesh.TcpKeepalive, pool?.Tcp?.TcpKeepalive);
        cluster.CircuitBreakers = new CircuitBreakers { Thresholds = { Thresholds(pool, policy.RetryBudget) } };
        if (pool is null)
            return;
        SetCommonOptions(options, pool);
        SetHttp2Options(options, pool.Http);
        if (pool.Http?.UseClientProtocol == true)
            HttpVersions.UseDownstream(options);
    }

    private static CircuitBreakers.Types.Thresholds Thresholds(ConnectionPoolSettings? pool, TrafficPolicy.Types.RetryBudget? budget) => new()
    {
        MaxConnections = Limit(pool?.Tcp?.MaxConnections),
        MaxPendingRequests = Limit(pool?.Http?.Http1MaxPendingRequests),
        MaxRequests = Limit(pool?.Http?.Http2MaxRequests),
        MaxRetries = Limit(pool?.Http?.MaxRetries),
        RetryBudget = budget is null
            ? null
            : new CircuitBreakers.Types.Thresholds.Types.RetryBudget
            {
                BudgetPercent = new Percent { Value = budget.Percent ?? DefaultBudgetPercent },
                BudgetInterval = budget.BudgetInterval,
                MinRetryConcurrency = budget.MinRetryConcurrency > 0 ? budget.MinRetryConcurrency : DefaultBudgetConcurrency,
            },
    };

    // Envoy's own limits (1024, 3 retries) are too small for a mesh: without a rule there is none.
    private static uint Limit(int? given) => given is > 0 ? (uint)given : uint.MaxValue;

    private static void SetCommonOptions(HttpProtocolOptions options, ConnectionPoolSettings pool)
    {
        var idle = pool.Http?.IdleTimeout ?? pool.Tcp?.IdleTimeout;
        var age = pool.Tcp?.MaxConnectionDuration;
        var requests = pool.Http?.MaxRequestsPerConnection ?? 0;
        if (idle is not null || age is not null || requests > 0 || pool.Http?.MaxConcurrentStreams > 0 || pool.Http?.Http2KeepAlive is not null)
        {
            options.CommonHttpProtocolOptions = new global::Envoy.Config.Core.V3.HttpProtocolOptions
            {
                IdleTimeout = idle,
                MaxConnectionDuration = age,
                MaxRequestsPerConnection = requests > 0 ? (uint)requests : null,
            };
        }
    }

    private static void SetHttp2Options(HttpProtocolOptions options, ConnectionPoolSettings.Types.HTTPSettings? http)
    {
        if (http is null || options.ExplicitHttpConfig?.Http2ProtocolOptions is not { } http2)
            return;
        if (http.MaxConcurrentStreams > 0)
            http2.MaxConcurrentStreams = (uint)http.MaxConcurrentStreams;
        if (http.Http2KeepAlive is { } probes)
            http2.ConnectionKeepalive = new KeepaliveSettings { Interval = probes.Interval, Timeout = probes.Timeout };
    }

    private static UpstreamConnectionOptions? Keepalive(
        ConnectionPoolSettings.Types.TCPSettings.Types.TcpKeepalive? mesh, ConnectionPoolSettings.Types.TCPSettings.Types.TcpKeepalive? own)
    {
        if (mesh is null && own is null)
            return null;
        var probes = own?.Probes > 0 ? own.Probes : mesh?.Probes ?? 0;
        return new UpstreamConnectionOptions
        {
            TcpKeepalive = new TcpKeepalive
            {
                KeepaliveProbes = probes > 0 ? probes : null,
                KeepaliveTime = Seconds(own?.Time ?? mesh?.Time),
                KeepaliveInterval = Seconds(own?.Interval ?? mesh?.Interval),
            },
        };
    }

    private static uint? Seconds(Duration? duration) => duration is null ? null : (uint)duration.Seconds;
}
