using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Testing.Meshes;

/// <summary>A snapshot and a graph over it, for tests: put objects in, ask derivations.</summary>
public sealed class TestMesh
{
    private MeshSnapshot _snapshot = MeshSnapshot.Empty;

    public TestMesh() => Graph = new DerivationGraph(_snapshot);

    public DerivationGraph Graph { get; }

    public TestMesh Put(params MeshObject[] objects) => Apply(objects.Select(Upsert));

    public TestMesh Delete(TableId table, string @namespace, string name) =>
        Apply([new ModelChange.Delete(table, new ObjectKey(@namespace, name))]);

    /// <summary>Sets the mesh configuration from JSON.</summary>
    public TestMesh Settings(string json) => Apply(
    [
        ModelChange.Upsert.Of(Tables.MeshConfig, new ConfigObject
        {
            Meta = new ObjectMeta { Namespace = Tables.MeshConfigKey.Namespace, Name = Tables.MeshConfigKey.Name },
            ApiVersion = "v1",
            Kind = "MeshConfig",
            SpecJson = json,
        }),
    ]);

    public TestMesh Apply(IEnumerable<ModelChange> changes)
    {
        var (snapshot, set) = _snapshot.Apply(changes);
        _snapshot = snapshot;
        Graph.Apply(snapshot, set);
        return this;
    }

    public TValue Get<TKey, TValue>(Derivation<TKey, TValue> derivation, TKey key)
        where TKey : notnull => Graph.Get(derivation, key);

    private static ModelChange Upsert(MeshObject value) => value switch
    {
        Service o => ModelChange.Upsert.Of(Tables.Services, o),
        Pod o => ModelChange.Upsert.Of(Tables.Pods, o),
        Node o => ModelChange.Upsert.Of(Tables.Nodes, o),
        Namespace o => ModelChange.Upsert.Of(Tables.Namespaces, o),
        EndpointSlice o => ModelChange.Upsert.Of(Tables.EndpointSlices, o),
        ServiceAccount o => ModelChange.Upsert.Of(Tables.ServiceAccounts, o),
        ConfigMap o => ModelChange.Upsert.Of(Tables.ConfigMaps, o),
        Secret o => ModelChange.Upsert.Of(Tables.Secrets, o),
        ConfigObject o => ModelChange.Upsert.Of(Tables.Config(o.Kind), o),
        _ => throw new ArgumentException($"no table for {value.GetType().Name}", nameof(value)),
    };
}
