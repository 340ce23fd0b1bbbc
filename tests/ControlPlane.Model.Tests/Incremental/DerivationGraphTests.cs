using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Model.Tests.Incremental;

public class DerivationGraphTests
{
    private static readonly TableIndex<Pod, string> PodsByNamespace = new(Tables.Pods, p => [p.Key.Namespace]);
    private static readonly TableIndex<Pod, string> PodsByIp = new(Tables.Pods, p => p.Ips);

    private MeshSnapshot _snapshot = MeshSnapshot.Empty;

    [Fact]
    public void Value_NothingItReadChanged_IsNotComputedAgain()
    {
        var node = new Derivation<string, string>("node", (r, name) => r.Find(Tables.Pods, new("shop", name))?.NodeName ?? "");
        var graph = NewGraph();
        Apply(graph, Upsert("shop", "a", "n1"));
        Assert.Equal("n1", graph.Get(node, "a"));

        Apply(graph, Upsert("shop", "b", "n2"));
        Assert.Equal("n1", graph.Get(node, "a"));

        Assert.Equal(1, graph.Counters[node].Runs);
    }

    [Fact]
    public void Value_DependencyRecomputesToEqualValue_IsCutOff()
    {
        var node = new Derivation<string, string>("node", (r, name) => r.Find(Tables.Pods, new("shop", name))?.NodeName ?? "");
        var upper = new Derivation<string, string>("upper", (r, name) => r.Get(node, name).ToUpperInvariant());
        var graph = NewGraph();
        Apply(graph, Upsert("shop", "a", "n1"));
        graph.Pin(upper, "a");
        Assert.Equal("N1", graph.Get(upper, "a"));

        Apply(graph, Upsert("shop", "a", "n1", serviceAccount: "other"));
        Assert.Equal(["a"], graph.TakeSuspects(upper).Select(s => s.Key));
        Assert.Equal("N1", graph.Get(upper, "a"));

        Assert.Equal(2, graph.Counters[node].Runs);
        Assert.Equal(1, graph.Counters[upper].Runs);
    }

    [Fact]
    public void Pin_UnrelatedChange_IsNoSuspect()
    {
        var count = new Derivation<string, int>("count", (r, ns) => r.Lookup(PodsByNamespace, ns).Count);
        var graph = NewGraph();
        Apply(graph, Upsert("shop", "a", "n1"));
        graph.Pin(count, "shop");
        Assert.Equal(1, graph.Get(count, "shop"));

        Apply(graph, Upsert("other", "b", "n1"));

        Assert.Empty(graph.TakeSuspects(count));
    }

    [Fact]
    public void TakeSuspects_SeveralChangesSinceTheLastCall_GivesThePinnedValueOnce()
    {
        var node = new Derivation<string, string>("node", (r, name) => r.Find(Tables.Pods, new("shop", name))?.NodeName ?? "");
        var graph = NewGraph();
        var pinned = graph.Pin(node, "a");
        Assert.Equal("", pinned.Get());

        Apply(graph, Upsert("shop", "a", "n1"));
        Assert.Equal("n1", pinned.Get());
        Apply(graph, Upsert("shop", "a", "n2"));

        Assert.Same(pinned, Assert.Single(graph.TakeSuspects(node)));
        Assert.Empty(graph.TakeSuspects(node));
        Assert.Equal("n2", pinned.Get());
        Apply(graph, Upsert("shop", "a", "n3"));
        Assert.Same(pinned, Assert.Single(graph.TakeSuspects(node)));
    }

    [Fact]
    public void TakeSuspects_ValueThatIsNoLongerPinned_IsLeftOut()
    {
        var node = new Derivation<string, string>("node", (r, name) => r.Find(Tables.Pods, new("shop", name))?.NodeName ?? "");
        var graph = NewGraph();
        graph.Pin(node, "a").Get();
        Apply(graph, Upsert("shop", "a", "n1"));

        graph.Unpin(node, "a");

        Assert.Empty(graph.TakeSuspects(node));
    }

    [Fact]
    public void Lookup_ObjectThatMovesFromKeyToKey_IsUnderItsNewKeysOnly()
    {
        var byEither = new TableIndex<Pod, string>(Tables.Pods, p => [p.NodeName, p.ServiceAccount]);
        var names = new Derivation<string, string>("names", (r, key) => string.Join(' ', r.Lookup(byEither, key).Select(p => p.Meta.Name)));
        var graph = NewGraph();
        Apply(graph, Upsert("shop", "a", "n1", "x"));
        Apply(graph, Upsert("shop", "b", "n1", "y"));
        Assert.Equal("a b", graph.Get(names, "n1"));

        Apply(graph, Upsert("shop", "a", "n2", "n1"));
        Apply(graph, Upsert("shop", "b", "n2", "n2"));

        Assert.Equal(["a", "a b", "", ""], new[] { "n1", "n2", "x", "y" }.Select(key => graph.Get(names, key)));
        Apply(graph, Upsert("shop", "a", "x", "x"));
        Assert.Equal(["", "b", "a", ""], new[] { "n1", "n2", "x", "y" }.Select(key => graph.Get(names, key)));
    }

    [Fact]
    public void Value_AfterComputationThrew_IsComputedAgainWhenInputChanges()
    {
        var node = new Derivation<string, string>(
            "node", (r, name) => r.Find(Tables.Pods, new("shop", name))?.NodeName ?? throw new InvalidOperationException("no such pod"));
        var outer = new Derivation<string, string>("outer", (r, name) => r.Get(node, name) + "!");
        var graph = NewGraph();
        Assert.Throws<InvalidOperationException>(() => graph.Get(outer, "a"));

        Apply(graph, Upsert("shop", "a", "n1"));

        Assert.Equal("n1!", graph.Get(outer, "a"));
    }

    [Fact]
    public void Value_ThatDependsOnItself_Throws()
    {
        Derivation<int, int>? self = null;
        self = new Derivation<int, int>("self", (r, key) => r.Get(self!, key));

        Assert.Throws<InvalidOperationException>(() => NewGraph().Get(self, 1));
    }

    [Fact]
    public void Collect_NothingPinned_DropsEverything()
    {
        var node = new Derivation<string, string>("node", (r, name) => r.Find(Tables.Pods, new("shop", name))?.NodeName ?? "");
        var upper = new Derivation<string, string>("upper", (r, name) => r.Get(node, name).ToUpperInvariant());
        var graph = NewGraph();
        graph.Pin(upper, "a");
        graph.Get(upper, "a");
        graph.Collect();
        Assert.Equal(2, graph.ValueCount);

        graph.Unpin(upper, "a");
        graph.Collect();

        Assert.Equal(0, graph.ValueCount);
    }

    [Fact]
    public void Lookup_ObjectMovesBetweenKeys_IsFiledUnderTheNewOne()
    {
        var byIp = new Derivation<string, string>("byIp", (r, ip) => string.Join(',', r.Lookup(PodsByIp, ip).Select(p => p.Key.Name)));
        var graph = NewGraph();
        Apply(graph, Upsert("shop", "a", "n1", ip: "10.0.0.1"), Upsert("shop", "b", "n1", ip: "10.0.0.1"));
        Assert.Equal("a,b", graph.Get(byIp, "10.0.0.1"));

        Apply(graph, Upsert("shop", "a", "n1", ip: "10.0.0.2"));

        Assert.Equal("b", graph.Get(byIp, "10.0.0.1"));
        Assert.Equal("a", graph.Get(byIp, "10.0.0.2"));
    }

    /// <summary>Whatever the sequence of edits, every value equals the one computed afresh, and collected values come back right.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Values_AfterRandomEdits_EqualThoseFromScratch(int seed)
    {
        var random = new Random(seed);
        var nodeOf = new Derivation<ObjectKey, string>("nodeOf", (r, key) => r.Find(Tables.Pods, key)?.NodeName ?? "-");
        var perNamespace = new Derivation<string, string>(
            "perNamespace", (r, ns) => string.Join(';', r.Lookup(PodsByNamespace, ns).Select(p => r.Get(nodeOf, p.Key))));
        var conditional = new Derivation<string, string>("conditional", (r, ns) =>
            r.Get(perNamespace, ns).Length % 2 == 0 ? r.Get(perNamespace, "n0") : string.Join(',', r.Lookup(PodsByIp, "10.0.0.3").Select(p => p.Key)));
        var all = new Derivation<int, string>(
            "all", (r, n) => string.Join('|', Enumerable.Range(0, n).Select(i => r.Get(conditional, $"n{i}"))) + r.All(Tables.Pods).Count);
        // Readers of one value come and go, from none to many.
        var reader = new Derivation<int, string>("reader", (r, i) =>
            r.Get(nodeOf, new ObjectKey($"n{i % 4}", $"p{i % 5}")) == "node1" ? $"{i}:{r.Get(perNamespace, "n0")}" : "");
        var readers = new Derivation<int, string>("readers", (r, n) => string.Concat(Enumerable.Range(0, n).Select(i => r.Get(reader, i))));
        var graph = NewGraph();
        graph.Pin(all, 4);
        graph.Pin(readers, 60);
        for (var round = 0; round < 400; round++)
        {
            var edits = Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomEdit(random)).ToArray();
            Apply(graph, edits);
            if (random.Next(3) == 0)
                continue;
            var fresh = new DerivationGraph(_snapshot);
            Assert.Equal(fresh.Get(all, 4), graph.Get(all, 4));
            Assert.Equal(fresh.Get(conditional, "n1"), graph.Get(conditional, "n1"));
            Assert.Equal(fresh.Get(readers, 60), graph.Get(readers, 60));
            graph.Collect();
        }
    }

    private static ModelChange RandomEdit(Random random)
    {
        var ns = $"n{random.Next(4)}";
        var name = $"p{random.Next(5)}";
        return random.Next(4) == 0
            ? new ModelChange.Delete(Tables.Pods, new(ns, name))
            : Upsert(ns, name, $"node{random.Next(3)}", ip: $"10.0.0.{random.Next(5)}");
    }

    private DerivationGraph NewGraph() => new(_snapshot);

    private void Apply(DerivationGraph graph, params ModelChange[] changes)
    {
        (_snapshot, var set) = _snapshot.Apply(changes);
        graph.Apply(_snapshot, set);
    }

    private static ModelChange Upsert(string ns, string name, string node, string serviceAccount = "default", string ip = "10.1.1.1") =>
        ModelChange.Upsert.Of(Tables.Pods, new Pod
        {
            Meta = new ObjectMeta { Namespace = ns, Name = name },
            NodeName = node,
            ServiceAccount = serviceAccount,
            Ips = [ip],
        });
}
