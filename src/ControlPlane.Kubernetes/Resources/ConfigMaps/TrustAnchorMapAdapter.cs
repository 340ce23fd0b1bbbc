using System.Text.Json;
using ControlPlane.Kubernetes.Resources.Metadata;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources.ConfigMaps;

/// <summary>
/// ConfigMaps as trust anchors, which policies and Gateways name. A cluster may hold thousands of ConfigMaps for other ends: of those that hold no trust
/// anchors nothing is kept, of the others nothing else. That of the mesh configuration is left to <see cref="ConfigMapAdapter"/>.
/// </summary>
internal sealed class TrustAnchorMapAdapter : IResourceAdapter
{
    private static readonly AdapterResult Nothing = new([], [], []);

    /// <summary>One bundle is often copied into every namespace.</summary>
    private static readonly ValuePool<LabelMap> Bundles = new();

    public ResourceKind Kind { get; } = new("", ["v1"], "ConfigMap", "configmaps", Namespaced: true, Tables.ConfigMaps);

    public AdapterResult Adapt(JsonElement json, string apiVersion, ResourceOptions options)
    {
        var faults = new FaultList(Kind.Kind);
        var root = new Fields(json, "", faults);
        var anchors = Anchors(root.Object("data"));
        if (anchors.Count == 0 && !faults.HasErrors)
            return Nothing;
        var metadata = root.Object("metadata");
        if (options.IsMeshConfigMap(metadata.Text("namespace"), metadata.Text("name")))
            return Nothing;
        if (MetadataReader.Read(metadata, Kind.Namespaced, NameRule.Subdomain, options) is not { } meta)
            return new AdapterResult([], [], faults.ToDiagnostics());
        faults.Key = meta.Key;
        var kept = meta with { Labels = LabelMap.Empty, Annotations = LabelMap.Empty };
        return faults.HasErrors
            ? new AdapterResult([], [new ObjectId(Tables.ConfigMaps, meta.Key)], faults.ToDiagnostics())
            : new AdapterResult([ModelChange.Upsert.Of(Tables.ConfigMaps, new ConfigMap { Meta = kept, Data = Bundles.Share(LabelMap.From(anchors)) })], [], []);
    }

    private static Dictionary<string, string> Anchors(Fields data)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (anchors, revoked) in TrustAnchorKeys.All)
        {
            if (data.Text(anchors) is not { Length: > 0 } text)
                continue;
            found[anchors] = text;
            if (data.TextOrNull(revoked) is { } lists)
                found[revoked] = lists;
        }

        return found;
    }
}
