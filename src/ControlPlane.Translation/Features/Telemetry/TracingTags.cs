using ControlPlane.Translation.Views.Proxies;
using Envoy.Type.Metadata.V3;
using Envoy.Type.Tracing.V3;
using MeshTag = Istio.Mesh.V1Alpha1.Tracing.Types.CustomTag;
using TelemetryTag = Istio.Telemetry.V1Alpha1.Tracing.Types.CustomTag;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>Tags of trace spans.</summary>
internal static class TracingTags
{
    private const string Unknown = "unknown";

    /// <summary>Who reports the span, and what dry-run authorization policies would have done.</summary>
    public static IEnumerable<CustomTag> Istio(ProxyClass proxy) =>
    [
        Literal("istio.canonical_revision", Or(proxy.Labels["service.istio.io/canonical-revision"], "latest")),
        Literal("istio.canonical_service", Or(proxy.Labels["service.istio.io/canonical-name"], Unknown)),
        Literal("istio.mesh_id", Or(proxy.MetadataText("MESH_ID"), Unknown)),
        Literal("istio.namespace", Or(proxy.Namespace, "default")),
        Literal("istio.cluster_id", Or(proxy.ClusterId, Unknown)),
        DryRun("istio.authorization.dry_run.allow_policy.name", "istio_dry_run_allow_shadow_effective_policy_id"),
        DryRun("istio.authorization.dry_run.allow_policy.result", "istio_dry_run_allow_shadow_engine_result"),
        DryRun("istio.authorization.dry_run.deny_policy.name", "istio_dry_run_deny_shadow_effective_policy_id"),
        DryRun("istio.authorization.dry_run.deny_policy.result", "istio_dry_run_deny_shadow_engine_result"),
    ];

    /// <summary>Tags of a Telemetry object. Formatters need a proxy of 1.29.</summary>
    public static IEnumerable<CustomTag> Of(IEnumerable<KeyValuePair<string, TelemetryTag>> tags, string proxyVersion)
    {
        foreach (var (name, tag) in tags)
        {
            switch (tag.TypeCase)
            {
                case TelemetryTag.TypeOneofCase.Literal:
                    yield return Literal(name, tag.Literal.Value);
                    break;
                case TelemetryTag.TypeOneofCase.Environment:
                    yield return Environment(name, tag.Environment.Name, tag.Environment.DefaultValue);
                    break;
                case TelemetryTag.TypeOneofCase.Header:
                    yield return Header(name, tag.Header.Name, tag.Header.DefaultValue);
                    break;
                case TelemetryTag.TypeOneofCase.Formatter when IstioVersions.AtLeast(proxyVersion, 1, 29):
                    yield return new CustomTag { Tag = name, Value = tag.Formatter.Value };
                    break;
            }
        }
    }

    /// <summary>Tags of the proxy configuration.</summary>
    public static IEnumerable<CustomTag> Of(IEnumerable<KeyValuePair<string, MeshTag>> tags)
    {
        foreach (var (name, tag) in tags)
        {
            switch (tag.TypeCase)
            {
                case MeshTag.TypeOneofCase.Literal:
                    yield return Literal(name, tag.Literal.Value);
                    break;
                case MeshTag.TypeOneofCase.Environment:
                    yield return Environment(name, tag.Environment.Name, tag.Environment.DefaultValue);
                    break;
                case MeshTag.TypeOneofCase.Header:
                    yield return Header(name, tag.Header.Name, tag.Header.DefaultValue);
                    break;
            }
        }
    }

    private static CustomTag Literal(string name, string value) => new() { Tag = name, Literal = new CustomTag.Types.Literal { Value = value } };

    private static CustomTag Environment(string name, string variable, string fallback) =>
        new() { Tag = name, Environment = new CustomTag.Types.Environment { Name = variable, DefaultValue = fallback } };

    private static CustomTag Header(string name, string header, string fallback) =>
        new() { Tag = name, RequestHeader = new CustomTag.Types.Header { Name = header, DefaultValue = fallback } };

    private static CustomTag DryRun(string name, string key)
    {
        var metadata = new MetadataKey { Key = "envoy.filters.http.rbac" };
        metadata.Path.Add(new MetadataKey.Types.PathSegment { Key = key });
        return new CustomTag
        {
            Tag = name,
            Metadata = new CustomTag.Types.Metadata { Kind = new MetadataKind { Request = new MetadataKind.Types.Request() }, MetadataKey = metadata },
        };
    }

    private static string Or(string? value, string fallback) => string.IsNullOrEmpty(value) ? fallback : value;
}
