using ControlPlane.Translation.Features.Validation;
using Google.Protobuf.Collections;
using Istio.Telemetry.V1Alpha1;
using Proto = Istio.Telemetry.V1Alpha1.Telemetry;
using TagOverride = Istio.Telemetry.V1Alpha1.MetricsOverrides.Types.TagOverride;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>What Istio's validation demands of a Telemetry object: what gets past it a proxy may refuse, and with it the whole listener.</summary>
internal static class TelemetryRules
{
    private const double MaxPercent = 100;

    /// <summary>Checks a message.</summary>
    public static void Check(Proto message, Problems problems)
    {
        for (var i = 0; i < message.Tracing.Count; i++)
            CheckTracing(message.Tracing[i], $"spec.tracing[{i}]", problems);
        for (var i = 0; i < message.Metrics.Count; i++)
            CheckMetrics(message.Metrics[i], $"spec.metrics[{i}]", problems);
        for (var i = 0; i < message.AccessLogging.Count; i++)
            CheckProviders(message.AccessLogging[i].Providers, $"spec.accessLogging[{i}]", problems);
        if (message.Tracing.Count > 1)
            problems.Warn("spec.tracing", "Istio supports one entry");
    }

    private static void CheckTracing(Tracing tracing, string field, Problems problems)
    {
        CheckProviders(tracing.Providers, field, problems);
        if (tracing.Providers.Count > 1)
            problems.Warn(field + ".providers", "only the first one is used");
        problems.Require(
            tracing.RandomSamplingPercentage is null or (>= 0 and <= MaxPercent), field + ".randomSamplingPercentage", "a percentage is required");
        foreach (var (name, tag) in tracing.CustomTags)
        {
            var path = $"{field}.customTags[{name}]";
            problems.Require(name.Length > 0, path, "a tag needs a name");
            problems.Require(tag.Literal is not { Value: "" }, path + ".literal.value", "a value is required");
            problems.Require(tag.Header is not { Name: "" }, path + ".header.name", "a name is required");
            problems.Require(tag.Environment is not { Name: "" }, path + ".environment.name", "a name is required");
        }
    }

    private static void CheckMetrics(Istio.Telemetry.V1Alpha1.Metrics metrics, string field, Problems problems)
    {
        CheckProviders(metrics.Providers, field, problems);
        for (var i = 0; i < metrics.Overrides.Count; i++)
        {
            var (change, path) = (metrics.Overrides[i], $"{field}.overrides[{i}]");
            var unnamed = change.Match is { MetricMatchCase: MetricSelector.MetricMatchOneofCase.CustomMetric, CustomMetric: "" };
            problems.Require(!unnamed, path + ".match.customMetric", "a name is required");
            foreach (var (name, tag) in change.TagOverrides)
            {
                var removes = tag.Operation == TagOverride.Types.Operation.Remove;
                problems.Require(removes == (tag.Value.Length == 0), $"{path}.tagOverrides[{name}].value", "UPSERT needs a value, REMOVE excludes one");
            }
        }
    }

    private static void CheckProviders(RepeatedField<ProviderRef> providers, string field, Problems problems)
    {
        for (var i = 0; i < providers.Count; i++)
            problems.Require(providers[i].Name.Length > 0, $"{field}.providers[{i}].name", "a name is required");
    }
}
