using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Translation.Tests.Support;

/// <summary>A derivation graph over objects that a test gives, and changes to them.</summary>
internal sealed class GraphBuilder
{
    private MeshSnapshot _snapshot = MeshSnapshot.Empty;

    public GraphBuilder() => Graph = new DerivationGraph(_snapshot);

    public DerivationGraph Graph { get; }

    public GraphBuilder Put<T>(TableId<T> table, params T[] objects)
        where T : MeshObject
    {
        Apply(objects.Select(o => ModelChange.Upsert.Of(table, o)));
        return this;
    }

    public GraphBuilder Put(params ConfigObject[] objects)
    {
        Apply(objects.Select(o => ModelChange.Upsert.Of(Tables.Config(o.Kind), o)));
        return this;
    }

    public GraphBuilder Remove<T>(TableId<T> table, string @namespace, string name)
        where T : MeshObject
    {
        Apply([new ModelChange.Delete(table, new ObjectKey(@namespace, name))]);
        return this;
    }

    public GraphBuilder Mesh(string json) => Put(Tables.MeshConfig, Config("MeshConfig", "", "istio", json));

    public TValue Get<TKey, TValue>(Derivation<TKey, TValue> derivation, TKey key)
        where TKey : notnull => Graph.Get(derivation, key);

    public long Runs(Derivation derivation) => Graph.Counters.TryGetValue(derivation, out var counter) ? counter.Runs : 0;

    public static ConfigObject Config(string kind, string @namespace, string name, string specJson, int age = 0) => new()
    {
        ApiVersion = "v1",
        Kind = kind,
        Meta = Meta(@namespace, name, age),
        SpecJson = specJson,
    };

    /// <summary>Metadata of an object; a greater age is an older object.</summary>
    public static ObjectMeta Meta(string @namespace, string name, int age = 0, LabelMap? labels = null) => new()
    {
        Namespace = @namespace,
        Name = name,
        Labels = labels ?? LabelMap.Empty,
        CreationTime = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(-age),
    };

    public static LabelMap Labels(params (string Key, string Value)[] labels) =>
        LabelMap.From(labels.Select(l => KeyValuePair.Create(l.Key, l.Value)));

    private void Apply(IEnumerable<ModelChange> changes)
    {
        var (next, set) = _snapshot.Apply(changes);
        _snapshot = next;
        Graph.Apply(next, set);
    }
}
