using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy;
using Istio.Telemetry.V1Alpha1;
using Proto = Istio.Telemetry.V1Alpha1.Telemetry;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>What Telemetry objects and the default provider say of tracing on one side.</summary>
internal sealed record TracingMerge
{
    /// <summary>Name of the provider, null where none is named.</summary>
    public string? Provider { get; private init; }

    /// <summary>Whether spans are not reported.</summary>
    public bool Disabled { get; private init; }

    /// <summary>Percentage of requests that are sampled, null where not said.</summary>
    public double? Sampling { get; private init; }

    /// <summary>Tags of the last entry that has any.</summary>
    public IReadOnlyList<KeyValuePair<string, Tracing.Types.CustomTag>> CustomTags { get; private init; } = [];

    /// <summary>Whether the request id decides on sampling.</summary>
    public bool UseRequestId { get; private init; } = true;

    /// <summary>Whether Istio's own tags are added.</summary>
    public bool IstioTags { get; private init; } = true;

    /// <summary>Whether trace headers are not passed on.</summary>
    public bool NoContextPropagation { get; private init; }

    /// <summary>Null where nothing is said, so that the mesh settings alone decide.</summary>
    public static TracingMerge? Merge(IReadOnlyList<string> defaults, EquatableArray<Frozen<Proto>> layers, TelemetrySide side)
    {
        var entries = layers.SelectMany(l => l.Message.Tracing).ToList();
        if (entries.Count == 0 && defaults.Count == 0)
            return null;
        var result = new TracingMerge { Provider = defaults.Count > 0 ? defaults[0] : null };
        var other = side == TelemetrySide.Inbound ? WorkloadMode.Client : WorkloadMode.Server;
        foreach (var entry in entries.Where(e => e.Match?.Mode != other))
        {
            result = result with
            {
                Provider = entry.Providers.Count > 0 ? entry.Providers[0].Name : result.Provider,
                Disabled = entry.DisableSpanReporting ?? result.Disabled,
                Sampling = entry.RandomSamplingPercentage ?? result.Sampling,
                CustomTags = entry.CustomTags.Count > 0 ? [.. entry.CustomTags] : result.CustomTags,
                UseRequestId = entry.UseRequestIdForTraceSampling ?? result.UseRequestId,
                IstioTags = entry.EnableIstioTags ?? result.IstioTags,
                NoContextPropagation = entry.DisableContextPropagation ?? result.NoContextPropagation,
            };
        }

        return result;
    }
}
