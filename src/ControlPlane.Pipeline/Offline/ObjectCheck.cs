using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation;

namespace ControlPlane.Pipeline.Offline;

/// <summary>
/// Says what is wrong with one object before it is part of the mesh. The mesh's settings count, other objects do not: what an object
/// refers to may come right after it. So the cost follows the object, not the mesh.
/// </summary>
public static class ObjectCheck
{
    private static readonly TableId<ConfigObject>[] Settings = [Tables.MeshConfig, Tables.MeshNetworks];

    /// <summary>What is wrong with an object: errors refuse it, warnings tell what has no effect.</summary>
    /// <param name="mesh">Holds the mesh's settings.</param>
    /// <param name="kind">Kind, as its table is called.</param>
    /// <param name="value">The object.</param>
    public static IReadOnlyCollection<Diagnostic> Explain(MeshSnapshot mesh, string kind, ConfigObject value)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        ArgumentNullException.ThrowIfNull(value);
        var changes = new List<ModelChange> { ModelChange.Upsert.Of(Tables.Config(kind), value) };
        foreach (var table in Settings)
            changes.AddRange(mesh.Table(table).All.Select(document => ModelChange.Upsert.Of(table, document)));
        var graph = new DerivationGraph(MeshSnapshot.Empty.Apply(changes).Snapshot);
        return graph.Get(FeatureCatalog.OwnDiagnostics, (kind, value.Key));
    }
}
