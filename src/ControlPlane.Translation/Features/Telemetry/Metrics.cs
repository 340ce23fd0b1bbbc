using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Views;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;
using Provider = Istio.Mesh.V1Alpha1.MeshConfig.Types.ExtensionProvider;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>
/// Istio's metrics: each provider of the kind prometheus that is in scope adds one filter to HTTP and TCP chains, in the order of
/// the providers' names.
/// </summary>
public static class Metrics
{
    /// <summary>Name of the filter.</summary>
    public const string FilterName = "istio.stats";

    /// <summary>The configurations of the filter for one side of a workload, one per provider.</summary>
    public static Derivation<(WorkloadKey Workload, TelemetrySide Side), EquatableArray<Frozen<Any>>> Of { get; } = new("Metrics", static (reader, key) =>
    {
        var defaults = reader.Get(ExtensionProviders.Defaults, Unit.Value).Message.Metrics;
        var merged = MetricsMerge.Merge(defaults, reader.Get(Telemetries.OfWorkload, key.Workload));
        var providers = reader.Get(ExtensionProviders.All, Unit.Value);
        return merged
            .OrderBy(m => m.Key, StringComparer.Ordinal)
            .Where(m => ExtensionProviders.Find(providers, m.Key)?.ProviderCase == Provider.ProviderOneofCase.Prometheus)
            .Select(m => m.Value.Configuration(key.Side))
            .OfType<Istio.Stats.PluginConfig>()
            .Select(c => ProtoJson.Pack(c).Freeze())
            .ToEquatableArray();
    });

    /// <summary>The filters of connection managers.</summary>
    public static IEnumerable<HttpFilterContribution> Http(EquatableArray<Frozen<Any>> configurations) =>
        configurations.Select(c => new HttpFilterContribution(HttpFilterSlot.Stats, new HttpFilter { Name = FilterName, TypedConfig = c.Message }.Freeze()));

    /// <summary>The filters of chains without connection manager.</summary>
    public static IEnumerable<NetworkFilterContribution> Network(EquatableArray<Frozen<Any>> configurations) =>
        configurations.Select(c => new NetworkFilterContribution(NetworkFilterSlot.Stats, new Filter { Name = FilterName, TypedConfig = c.Message }.Freeze()));
}
