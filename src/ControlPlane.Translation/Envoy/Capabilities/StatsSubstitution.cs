using ControlPlane.Model.Proxies;
using Envoy.Config.Accesslog.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Istio.Stats;
using NetworkFilter = Envoy.Config.Listener.V3.Filter;

namespace ControlPlane.Translation.Envoy.Capabilities;

/// <summary>
/// Istio's metrics: where the filter istio.stats stood, an access logger of Envoy's own counts what it can see, under the same names (which
/// Prometheus shows with the prefix envoy_). Mesh configuration and Telemetry decide, as they do for the filter, whether and what is counted.
/// </summary>
internal sealed class StatsSubstitution : Substitution
{
    private static readonly string TypeName = ProtoJson.NameOf<PluginConfig>();

    /// <inheritdoc/>
    public override bool AppliesTo(ProxyCapabilities capabilities) => capabilities.Lacks(KnownExtensions.IstioStats);

    /// <inheritdoc/>
    public override void Edit(HttpConnectionManager manager, TrafficDirection direction)
    {
        foreach (var settings in Settings(manager.HttpFilters.Select(filter => filter.TypedConfig)))
            Add(manager.AccessLog, StatsAccessLog.Http(settings, direction));
        TypedConfigs.Remove(manager.HttpFilters, TypeName);
    }

    /// <inheritdoc/>
    public override void Edit(RepeatedField<NetworkFilter> filters, TrafficDirection direction)
    {
        foreach (var settings in Settings(filters.Select(filter => filter.TypedConfig)))
        {
            foreach (var filter in filters)
                TypedConfigs.TryEdit<TcpProxy>(filter.TypedConfig, proxy => Add(proxy.AccessLog, StatsAccessLog.Tcp(settings, direction)));
        }

        TypedConfigs.Remove(filters, TypeName);
    }

    /// <inheritdoc/>
    public override void Edit(MapField<string, Any> perFilterConfig) => TypedConfigs.Remove(perFilterConfig, TypeName);

    private static void Add(RepeatedField<AccessLog> logs, AccessLog? log)
    {
        if (log is not null)
            logs.Add(log);
    }

    private static List<PluginConfig> Settings(IEnumerable<Any?> configs)
    {
        var found = new List<PluginConfig>();
        foreach (var config in configs)
        {
            if (config is null || TypedConfigs.TypeName(config) != TypeName)
                continue;

            // As a TypedStruct (a user's own filter) its settings are not read: Istio's defaults count.
            found.Add(TypedConfigs.TryRead<PluginConfig>(config, out var settings) ? settings : new PluginConfig());
        }

        return found;
    }
}
