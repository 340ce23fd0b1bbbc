using ControlPlane.Model.Incremental;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.PeerAuthentication;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Proxies;
using Envoy.Type.Tracing.V3;
using Envoy.Type.V3;
using Istio.Mesh.V1Alpha1;
using HcmTracing = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.Tracing;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>
/// Tracing of a workload. Where no Telemetry object and no default provider speak of it, the mesh's enableTracing gives a block
/// without provider. A provider that cannot trace or is not known means no tracing at all.
/// </summary>
public static class Tracings
{
    private const double DefaultSampling = 1;
    private const double Everything = 100;

    private static readonly Derivation<Unit, bool> Enabled = new(
        "TracingEnabled", static (reader, _) => reader.Get(MeshSettings.Current, Unit.Value).Config.EnableTracing);

    /// <summary>Tracing of one side of a class.</summary>
    public static Derivation<(ProxyClass Class, TelemetrySide Side), TracingSettings> Of { get; } = new("Tracing", static (reader, key) =>
    {
        var proxy = key.Class;
        var layers = reader.Get(Telemetries.OfWorkload, new WorkloadKey(proxy.Namespace, proxy.Labels));
        var defaults = reader.Get(ExtensionProviders.Defaults, Unit.Value).Message.Tracing;
        var own = ProxyConfigs.Of(reader, proxy).Tracing;
        if (TracingMerge.Merge(defaults, layers, key.Side) is not { } merged)
            return reader.Get(Enabled, Unit.Value) ? new TracingSettings(FromMesh(proxy, own).Freeze(), true) : new TracingSettings(null, true);
        if (merged.Disabled || merged.Provider is null
            || ExtensionProviders.Find(reader.Get(ExtensionProviders.All, Unit.Value), merged.Provider) is not { } provider
            || TracingProviders.Of(reader, provider, proxy) is not { } found)
            return new TracingSettings(null, true);
        return new TracingSettings(Complete(found.Tracing, found.OwnSampler, merged, proxy, own).Freeze(), merged.UseRequestId);
    });

    private static HcmTracing FromMesh(ProxyClass proxy, Tracing? own)
    {
        var tags = own?.EnableIstioTags ?? true ? TracingTags.Istio(proxy) : [];
        return Finish(new HcmTracing(), Sampling(own), tags.Concat(TracingTags.Of(own?.CustomTags ?? [])), own);
    }

    private static HcmTracing Complete(HcmTracing tracing, bool ownSampler, TracingMerge merged, ProxyClass proxy, Tracing? own)
    {
        if (proxy.Type == ProxyType.Router)
            tracing.SpawnUpstreamSpan = true;
        var tags = (merged.IstioTags ? TracingTags.Istio(proxy) : [])
            .Concat(merged.CustomTags.Count > 0 ? TracingTags.Of(merged.CustomTags, proxy.IstioVersion) : TracingTags.Of(own?.CustomTags ?? []));
        tracing.NoContextPropagation = merged.NoContextPropagation && IstioVersions.AtLeast(proxy.IstioVersion, 1, 30);
        return Finish(tracing, ownSampler ? Everything : merged.Sampling ?? Sampling(own), tags, own);
    }

    private static HcmTracing Finish(HcmTracing tracing, double sampling, IEnumerable<CustomTag> tags, Tracing? own)
    {
        tracing.ClientSampling = new Percent { Value = Everything };
        tracing.OverallSampling = new Percent { Value = Everything };
        tracing.RandomSampling = new Percent { Value = sampling };
        tracing.CustomTags.AddRange(tags.OrderBy(t => t.Tag, StringComparer.Ordinal));
        if (tracing.MaxPathTagLength is null && own is { MaxPathTagLength: > 0 })
            tracing.MaxPathTagLength = own.MaxPathTagLength;
        return tracing;
    }

    /// <summary>The proxy configuration's percentage; 0 counts as unset, and what exceeds 100 as the default.</summary>
    private static double Sampling(Tracing? own) => own is { Sampling: not 0 and <= Everything } ? own.Sampling : DefaultSampling;
}
