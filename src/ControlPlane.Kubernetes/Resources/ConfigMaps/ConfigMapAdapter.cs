using System.Text.Json;
using ControlPlane.Kubernetes.Resources.Metadata;
using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources.ConfigMaps;

/// <summary>ConfigMaps; that of the mesh configuration also fills the tables of the mesh configuration and the mesh networks.</summary>
internal sealed class ConfigMapAdapter : IResourceAdapter
{
    private const string MeshKey = "mesh";
    private const string NetworksKey = "meshNetworks";

    public ResourceKind Kind { get; } = new("", ["v1"], "ConfigMap", "configmaps", Namespaced: true, Tables.ConfigMaps);

    public AdapterResult Adapt(JsonElement json, string apiVersion, ResourceOptions options)
    {
        var faults = new FaultList(Kind.Kind);
        var root = new Fields(json, "", faults);
        var meta = MetadataReader.Read(root.Object("metadata"), Kind.Namespaced, NameRule.Subdomain, options);
        if (meta is null)
            return new AdapterResult([], [], faults.ToDiagnostics());
        faults.Key = meta.Key;
        var map = new ConfigMap { Meta = meta, Data = root.Map("data") };
        var isMesh = options.IsMeshConfigMap(meta.Namespace, meta.Name);
        if (faults.HasErrors)
            return new AdapterResult([], Refused(meta.Key, isMesh), faults.ToDiagnostics());
        List<ModelChange.Upsert> changes = [ModelChange.Upsert.Of(Tables.ConfigMaps, map)];
        List<ObjectId> refused = [];
        if (isMesh)
        {
            Add(map, MeshKey, Tables.MeshConfig, options, faults, changes, refused);
            Add(map, NetworksKey, Tables.MeshNetworks, options, faults, changes, refused);
        }

        return new AdapterResult([.. changes], [.. refused], faults.ToDiagnostics());
    }

    private static void Add(
        ConfigMap map, string key, TableId<ConfigObject> table, ResourceOptions options, FaultList faults, List<ModelChange.Upsert> changes, List<ObjectId> refused)
    {
        if (map.Data[key] is not { } text)
            return;
        var (value, fault) = MeshDocument.Read(text, table, map.Meta, options.Limits);
        if (value is not null)
        {
            changes.Add(ModelChange.Upsert.Of(table, value));
            return;
        }

        faults.Add(DiagnosticCodes.MalformedDocument, $"data.{key}", $"line {fault!.Line} of the value: {fault.Message}");
        refused.Add(new ObjectId(table, Tables.MeshConfigKey));
    }

    private static EquatableArray<ObjectId> Refused(ObjectKey key, bool isMesh)
    {
        var map = new ObjectId(Tables.ConfigMaps, key);
        return isMesh
            ? [map, new ObjectId(Tables.MeshConfig, Tables.MeshConfigKey), new ObjectId(Tables.MeshNetworks, Tables.MeshConfigKey)]
            : [map];
    }
}
