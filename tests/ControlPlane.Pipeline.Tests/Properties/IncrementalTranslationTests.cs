using System.Collections.Concurrent;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Statuses;
using ControlPlane.Pipeline.Engine;
using ControlPlane.Pipeline.Offline;
using ControlPlane.Pipeline.Tests.Engine;
using ControlPlane.Translation;

namespace ControlPlane.Pipeline.Tests.Properties;

/// <summary>What the engine arrives at step by step is what a fresh computation gives, for every proxy and type.</summary>
public sealed class IncrementalTranslationTests
{
    private const int Rounds = 240;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Configuration_AfterRandomEdits_EqualsTheOneFromScratch(int seed)
    {
        var mesh = new RandomMesh(seed);
        var observer = new CollectingObserver();
        using var engine = new MeshEngine(TimeProvider.System, observer);
        engine.MarkSynced();
        var sessions = mesh.Proxies.Select(p => (Proxy: p, Session: engine.Connect(p, new RecordingObserver()))).ToList();
        var (ruled, derived, patched, extended, told) = (false, false, false, false, false);
        for (var round = 0; round < Rounds; round++)
        {
            engine.Apply(mesh.NextEdits());
            if (round % 3 != 0)
                continue;
            await engine.GetStatisticsAsync().WaitAsync(TimeSpan.FromSeconds(60));
            var fresh = new OfflineTranslation(engine.Snapshot);
            foreach (var (proxy, session) in sessions)
                AssertSame(fresh.Translate(proxy), session.Current!, $"seed {seed}, round {round}, proxy {proxy.Id}");
            Assert.Empty(observer.Problems);
            AssertStatuses(engine.Snapshot, observer.Statuses, $"seed {seed}, round {round}");
            told |= observer.Statuses.Values.Any(s => s.Wanted.References.Any(r => r.Conditions[0].Holds));
            ruled |= sessions.Exists(s => s.Session.Current![XdsType.Route].Resources.Any(r => r.Body.Span.IndexOf("/virtual-service/vs-"u8) >= 0));
            derived |= sessions.Exists(s => s.Session.Current![XdsType.Route].Resources.Any(r => r.Body.Span.IndexOf(".route-"u8) >= 0));
            patched |= sessions.Exists(s => s.Session.Current![XdsType.Listener].Find("own") is not null);
            extended |= sessions.Exists(s => s.Session.Current![XdsType.ExtensionConfig].Resources.Any(r => r.Name.Contains("wasmplugin", StringComparison.Ordinal)));
        }

        Assert.True(ruled, "no VirtualService ever gave a route");
        Assert.True(derived, "no HTTPRoute ever gave a route");
        Assert.True(patched, "no EnvoyFilter ever added a listener");
        Assert.True(extended, "no WasmPlugin ever gave a configuration");
        Assert.True(told, "no parent ever took a route");
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void Configuration_OfShuffledInput_IsTheSameToTheByte(int seed)
    {
        var mesh = new RandomMesh(seed);
        var snapshot = MeshSnapshot.Empty;
        for (var round = 0; round < 60; round++)
            (snapshot, _) = snapshot.Apply(mesh.NextEdits());
        var objects = snapshot.Tables.SelectMany(t => snapshot.Objects(t).Select(o => (Table: t, Object: o))).ToArray();
        new Random(seed).Shuffle(objects);
        var shuffled = MeshSnapshot.Empty;
        foreach (var (table, value) in objects)
            (shuffled, _) = shuffled.Apply([Upsert(table, value)]);

        var (one, two) = (new OfflineTranslation(snapshot), new OfflineTranslation(shuffled));

        foreach (var proxy in mesh.Proxies)
            AssertSame(one.Translate(proxy), two.Translate(proxy), proxy.Id);
    }

    private static void AssertSame(EncodedConfig expected, EncodedConfig actual, string where)
    {
        foreach (var type in XdsTypes.All)
        {
            var (a, b) = (expected[type].Resources.ToList(), actual[type].Resources.ToList());
            Assert.True(
                a.Select(r => (r.Name, r.Version)).SequenceEqual(b.Select(r => (r.Name, r.Version))),
                $"{type.ShortName()} differ ({where}): {string.Join(", ", a.Concat(b).GroupBy(r => (r.Name, r.Version)).Where(g => g.Count() == 1).Select(g => g.Key.Name))}");
            Assert.All(a.Zip(b), pair => Assert.True(pair.First.Body.Span.SequenceEqual(pair.Second.Body.Span)));
        }
    }

    private static void AssertStatuses(MeshSnapshot snapshot, IReadOnlyDictionary<(string Kind, ObjectKey Key), StatusFinding> told, string where)
    {
        var fresh = new DerivationGraph(snapshot);
        var wanted = snapshot.Tables.Where(t => FeatureCatalog.TellsStatus(t.Kind)).SelectMany(t => snapshot.Objects(t).Select(o => (t.Kind, o.Key)))
            .Select(subject => (Subject: subject, Status: fresh.Get(FeatureCatalog.Statuses, subject))).Where(s => s.Status is not null).ToDictionary(s => s.Subject, s => s.Status);
        Assert.True(wanted.Count == told.Count && wanted.All(w => told.GetValueOrDefault(w.Key) == w.Value), $"statuses differ ({where})");
    }

    private static ModelChange Upsert(TableId table, MeshObject value) => value switch
    {
        ConfigObject o => ModelChange.Upsert.Of((TableId<ConfigObject>)table, o),
        Service o => ModelChange.Upsert.Of(Tables.Services, o),
        EndpointSlice o => ModelChange.Upsert.Of(Tables.EndpointSlices, o),
        Pod o => ModelChange.Upsert.Of(Tables.Pods, o),
        Node o => ModelChange.Upsert.Of(Tables.Nodes, o),
        _ => throw new ArgumentException(table.Kind, nameof(table)),
    };

    private sealed class CollectingObserver : IEngineObserver
    {
        public ConcurrentQueue<string> Problems { get; } = new();

        public ConcurrentDictionary<(string Kind, ObjectKey Key), StatusFinding> Statuses { get; } = new();

        public bool HearsStatuses => true;

        public void OnStatus(string kind, ObjectKey key, StatusFinding? status)
        {
            if (status is null)
                Statuses.TryRemove((kind, key), out _);
            else
                Statuses[(kind, key)] = status;
        }

        public void OnApplied(MeshSnapshot snapshot, ChangeSet changes, TimeSpan elapsed, int notified)
        {
        }

        public void OnRejected(ResourceRejectedException rejection) => Problems.Enqueue(rejection.Message);

        public void OnFault(string what, Exception exception) => Problems.Enqueue($"{what}: {exception}");

        public void OnDiagnostics(string kind, ObjectKey key, IReadOnlyCollection<Diagnostic> diagnostics)
        {
        }

        public void OnDanglingReference(XdsType type, string resource, string missing) =>
            Problems.Enqueue($"{type.ShortName()} {resource} names {missing}, which does not exist");
    }
}
