using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Features.Telemetry;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Features.Telemetry;

public class TelemetryRulesTests
{
    [Theory]
    [InlineData("""{"tracing": [{"randomSamplingPercentage": 101}]}""", "spec.tracing[0].randomSamplingPercentage")]
    [InlineData("""{"tracing": [{"providers": [{"name": ""}]}]}""", "spec.tracing[0].providers[0].name")]
    [InlineData("""{"tracing": [{"customTags": {"a": {"literal": {}}}}]}""", "spec.tracing[0].customTags[a].literal.value")]
    [InlineData("""{"tracing": [{"customTags": {"a": {"header": {"defaultValue": "x"}}}}]}""", "spec.tracing[0].customTags[a].header.name")]
    [InlineData("""{"tracing": [{"customTags": {"a": {"environment": {}}}}]}""", "spec.tracing[0].customTags[a].environment.name")]
    [InlineData("""{"metrics": [{"overrides": [{"tagOverrides": {"a": {"operation": "UPSERT"}}}]}]}""", "spec.metrics[0].overrides[0].tagOverrides[a].value")]
    [InlineData("""{"metrics": [{"overrides": [{"tagOverrides": {"a": {"operation": "REMOVE", "value": "x"}}}]}]}""", "spec.metrics[0].overrides[0].tagOverrides[a].value")]
    [InlineData("""{"metrics": [{"overrides": [{"match": {"customMetric": ""}}]}]}""", "spec.metrics[0].overrides[0].match.customMetric")]
    [InlineData("""{"accessLogging": [{"providers": [{"name": "envoy"}, {}]}]}""", "spec.accessLogging[0].providers[1].name")]
    public void Object_SpecThatIstioRefuses_IsRefusedWithItsField(string spec, string field)
    {
        var parsed = Read(spec);

        Assert.Null(parsed.Spec);
        Assert.Contains(parsed.Diagnostics, d => d.Severity == Severity.Error && d.Field == field);
    }

    [Theory]
    [InlineData("""{"tracing": [{"randomSamplingPercentage": 100, "customTags": {"a": {"literal": {"value": "x"}}, "b": {"formatter": {}}}}]}""")]
    [InlineData("""{"metrics": [{"overrides": [{"match": {"metric": "ALL_METRICS"}, "tagOverrides": {"a": {"operation": "REMOVE"}, "b": {"value": "x"}}}]}]}""")]
    [InlineData("""{"accessLogging": [{"providers": [{"name": "envoy"}], "disabled": true}]}""")]
    public void Object_SpecThatIstioTakes_IsTaken(string spec) => Assert.NotNull(Read(spec).Spec);

    private static Translation.Features.Parsed<TelemetryPolicy> Read(string spec) => new TestMesh()
        .Put(new ConfigObject { Meta = Meta("shop", "one"), ApiVersion = "telemetry.istio.io/v1", Kind = "Telemetry", SpecJson = spec })
        .Get(Telemetries.Object, new ObjectKey("shop", "one"));
}
