using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Model.Tests.Incremental;

public class ResourceSetDerivationTests
{
    private readonly Derivation<string, EncodedResource?> _resource;
    private readonly ResourceSetDerivation<int, string> _set;
    private MeshSnapshot _snapshot = MeshSnapshot.Empty;

    public ResourceSetDerivationTests()
    {
        var members = new Derivation<int, EquatableArray<string>>(
            "members", (r, _) => r.All(Tables.ConfigMaps).Select(m => m.Key.Name).ToEquatableArray());
        _resource = new Derivation<string, EncodedResource?>("resource", (r, name) => Encode(r.Find(Tables.ConfigMaps, new("", name))));
        _set = new ResourceSetDerivation<int, string>("set", members, _resource);
    }

    [Fact]
    public void Set_OneItemChanges_OnlyThatItemIsComputed()
    {
        var graph = new DerivationGraph(_snapshot);
        graph.Pin(_set, 0);
        Apply(graph, [.. Enumerable.Range(0, 50).Select(i => Put($"m{i}", "1"))]);
        var before = graph.Get(_set, 0);
        Assert.Equal(50, before.Count);

        Apply(graph, Put("m7", "2"));
        var after = graph.Get(_set, 0);

        Assert.Equal(["m7"], after.ChangedSince(before));
        Assert.Equal(51, graph.Counters[_resource].Runs);
    }

    [Fact]
    public void Set_ItemRejected_KeepsTheLastGoodAndDropsItWithTheItem()
    {
        var graph = new DerivationGraph(_snapshot);
        graph.Pin(_set, 0);
        Apply(graph, Put("a", "1"));
        var good = graph.Get(_set, 0).Find("a");

        Apply(graph, Put("a", "bad"));
        Assert.Same(good, graph.Get(_set, 0).Find("a"));

        Apply(graph, new ModelChange.Delete(Tables.ConfigMaps, new("", "a")));
        Assert.Equal(0, graph.Get(_set, 0).Count);
    }

    [Fact]
    public void Set_RenamingItem_MovesItsEntry()
    {
        var graph = new DerivationGraph(_snapshot);
        graph.Pin(_set, 0);
        Apply(graph, Put("a", "1", resourceName: "x"));
        Assert.NotNull(graph.Get(_set, 0).Find("x"));

        Apply(graph, Put("a", "1", resourceName: "y"));

        var set = graph.Get(_set, 0);
        Assert.Null(set.Find("x"));
        Assert.NotNull(set.Find("y"));
    }

    [Fact]
    public void Set_OfKeysWithTheSameItems_IsOneSet_UntilTheyPart()
    {
        var members = new Derivation<int, EquatableArray<string>>(
            "members", (r, key) => r.All(Tables.ConfigMaps).Select(m => m.Key.Name).Where(name => key == 0 || name != "zero's").ToEquatableArray());
        var shared = new ResourceSetDerivation<int, string>("shared", members, _resource);
        var graph = new DerivationGraph(_snapshot);
        Apply(graph, Put("a", "1"), Put("b", "1"));
        var sets = Enumerable.Range(0, 3).Select(key => graph.Pin(shared, key)).ToList();
        Assert.Single(sets.Select(s => s.Get()).Distinct());

        Apply(graph, Put("a", "2"));
        Assert.Single(sets.Select(s => s.Get()).Distinct());
        Apply(graph, Put("a", "3"), Put("c", "1"));
        var common = Assert.Single(sets.Select(s => s.Get()).Distinct());

        Apply(graph, Put("zero's", "1"), Put("b", "2"));
        Assert.NotSame(sets[0].Get(), sets[1].Get());
        Assert.Same(sets[1].Get(), sets[2].Get());
        Assert.Equal(["b", "zero's"], sets[0].Get().ChangedSince(common));
        Assert.Equal(["b"], sets[1].Get().ChangedSince(common));
        Assert.Equal(["zero's"], sets[0].Get().ChangedSince(sets[1].Get()));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Set_AfterRandomEdits_EqualsTheOneFromScratch(int seed)
    {
        var random = new Random(seed);
        var graph = new DerivationGraph(_snapshot);
        graph.Pin(_set, 0);
        for (var round = 0; round < 500; round++)
        {
            var name = $"m{random.Next(8)}";
            Apply(graph, random.Next(3) == 0 ? new ModelChange.Delete(Tables.ConfigMaps, new("", name)) : Put(name, $"{random.Next(4)}"));
            if (random.Next(2) == 0)
                continue;
            var now = graph.Get(_set, 0);
            var fresh = new DerivationGraph(_snapshot).Get(_set, 0);
            Assert.Equal(fresh.Resources.Select(r => r.Version), now.Resources.Select(r => r.Version));
            Assert.Empty(now.ChangedSince(fresh));
            graph.Collect();
        }
    }

    private void Apply(DerivationGraph graph, params ModelChange[] changes)
    {
        (_snapshot, var set) = _snapshot.Apply(changes);
        graph.Apply(_snapshot, set);
    }

    private static ModelChange Put(string name, string value, string? resourceName = null) =>
        ModelChange.Upsert.Of(Tables.ConfigMaps, new ConfigMap
        {
            Meta = new ObjectMeta { Name = name },
            Data = LabelMap.From([new("value", value), new("name", resourceName ?? name)]),
        });

    private static EncodedResource? Encode(ConfigMap? map)
    {
        if (map is null)
            return null;
        var (name, value) = (map.Data["name"]!, map.Data["value"]!);
        if (value == "bad")
            throw new ResourceRejectedException(XdsType.Cluster, name, "bad");
        return new EncodedResource(XdsType.Cluster, name, default, $"{name}={value}", []);
    }
}
