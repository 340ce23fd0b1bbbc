using ControlPlane.Kubernetes.Files;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Tests.Files;

public sealed class ObjectStoreTests
{
    private const string Slice = "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: SLICE, namespace: shop, labels: {kubernetes.io/service-name: SERVICE}}\naddressType: IPv4\n";
    private const string Endpoints = "apiVersion: v1\nkind: Endpoints\nmetadata: {name: SERVICE, namespace: shop}\nsubsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 1}]}]\n";

    private readonly ObjectStore _store = new();
    private MeshSnapshot _snapshot = MeshSnapshot.Empty;

    [Fact]
    public void Set_FileWithTheWinningObjectGoes_TheOtherTakesOver()
    {
        Set("a", Manifests.Service("x", 1));
        Set("b", Manifests.Service("x", 2));
        Assert.Equal(1, Port("x"));
        Assert.Single(_store.Duplicates);
        Set("a", "");
        Assert.Equal(2, Port("x"));
        Assert.Empty(_store.Duplicates);
        Set("0", Manifests.Service("x", 3));
        Assert.Equal(3, Port("x"));
        Set("b", "");
        Set("0", "");
        Assert.Equal(0, _store.Count);
        Assert.Empty(_snapshot.Objects(Tables.Services));
    }

    [Fact]
    public void Set_SameContentAgain_ChangesNothing()
    {
        Assert.Single(Set("a", Manifests.Service("x", 1)));
        Assert.Empty(Set("a", "# a comment\n" + Manifests.Service("x", 1)));
    }

    [Fact]
    public void Set_EndpointsOfAServiceWithSlices_CountOnlyOnceTheSlicesAreGone()
    {
        Set("e", Endpoints.Replace("SERVICE", "web", StringComparison.Ordinal));
        Assert.Equal("endpoints/web", Slices());
        Set("s", Slice.Replace("SERVICE", "web", StringComparison.Ordinal).Replace("SLICE", "web-1", StringComparison.Ordinal));
        Assert.Equal("web-1", Slices());
        Set("t", Slice.Replace("SERVICE", "db", StringComparison.Ordinal).Replace("SLICE", "db-1", StringComparison.Ordinal));
        Set("e", Endpoints.Replace("SERVICE", "db", StringComparison.Ordinal) + "---\n" + Endpoints.Replace("SERVICE", "web", StringComparison.Ordinal));
        Assert.Equal("db-1 web-1", Slices());
        // The slice changes hands: web has none left, db has two.
        Set("s", Slice.Replace("SERVICE", "db", StringComparison.Ordinal).Replace("SLICE", "web-1", StringComparison.Ordinal));
        Assert.Equal("db-1 endpoints/web web-1", Slices());
        Set("s", "");
        Set("t", "");
        Assert.Equal("endpoints/db endpoints/web", Slices());
        Set("e", "");
        Assert.Equal("", Slices());
    }

    [Fact]
    public void Set_AnyOrderOfFiles_GivesTheSameObjects()
    {
        var files = new Dictionary<string, string>
        {
            ["a"] = Endpoints.Replace("SERVICE", "web", StringComparison.Ordinal),
            ["b"] = Slice.Replace("SERVICE", "web", StringComparison.Ordinal).Replace("SLICE", "web-1", StringComparison.Ordinal),
            ["c"] = Manifests.Service("x", 1),
            ["d"] = Manifests.Service("x", 2) + "---\n" + Manifests.Service("y", 2),
            ["e"] = Endpoints.Replace("SERVICE", "db", StringComparison.Ordinal),
            ["f"] = Manifests.Service("x", 2) + "---\n" + Manifests.Service("x", 4),
        };
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var store = new ObjectStore();
            var snapshot = MeshSnapshot.Empty;
            // Wander through random states, then end with all files as they are.
            for (var i = 0; i < 20; i++)
                Apply(files.Keys.ElementAt(random.Next(files.Count)), random.Next(3) == 0 ? "" : files.Values.ElementAt(random.Next(files.Count)));
            foreach (var name in files.Keys.OrderBy(_ => random.Next()))
                Apply(name, files[name]);
            Assert.Equal("endpoints/db web-1", string.Join(' ', snapshot.Objects(Tables.EndpointSlices).Select(o => o.Key.Name).Order(StringComparer.Ordinal)));
            Assert.Equal(1, snapshot.Table(Tables.Services).Find(new ObjectKey("shop", "x"))!.Ports[0].Port);
            Assert.Equal(store.Published.Count, snapshot.Tables.Sum(t => snapshot.Objects(t).Count()));
            Assert.Equal(store.Published.Count, store.Count);
            Assert.Equal(["d", "f", "f"], store.Duplicates.Select(d => d.Location.File).Order(StringComparer.Ordinal));

            void Apply(string path, string text) => snapshot = snapshot.Apply(store.Set(path, Manifests.Read(text, file: path).Objects)).Snapshot;
        }
    }

    private IReadOnlyList<ModelChange> Set(string path, string text)
    {
        var changes = _store.Set(path, Manifests.Read(text, file: path).Objects);
        _snapshot = _snapshot.Apply(changes).Snapshot;
        return changes;
    }

    private int Port(string name) => _snapshot.Table(Tables.Services).Find(new ObjectKey("shop", name))!.Ports[0].Port;

    private string Slices() => string.Join(' ', _snapshot.Objects(Tables.EndpointSlices).Select(o => o.Key.Name).Order(StringComparer.Ordinal));
}
