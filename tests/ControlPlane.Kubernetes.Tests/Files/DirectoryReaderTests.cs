using ControlPlane.Kubernetes.Files;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Tests.Files;

public sealed class DirectoryReaderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Read_Directory_TakesManifestsAtAnyDepthAndNothingElse()
    {
        _directory.Write("a.yaml", Manifests.Service("a"));
        _directory.Write("b/c/d.yml", Manifests.Service("d"));
        _directory.Write("b/e.json", """{"apiVersion":"v1","kind":"Service","metadata":{"name":"e"}}""");
        _directory.Write("README.md", "kind: [");
        _directory.Write("x.yaml.bak", "kind: [");
        _directory.Write(".hidden.yaml", "kind: [");
        _directory.Write(".git/x.yaml", "kind: [");
        var reading = Read();
        Assert.Equal(["e", "a", "d"], Names(reading));
        Assert.Empty(reading.Diagnostics);
        Assert.Equal(3, reading.FileCount);
    }

    [Fact]
    public void Read_SingleFile_IsReadAlone()
    {
        _directory.Write("a.yaml", Manifests.Service("a"));
        _directory.Write("b.yaml", Manifests.Service("b"));
        Assert.Equal(["a"], Names(DirectoryReader.Read(_directory.Path("a.yaml"), new DirectoryOptions())));
    }

    [Fact]
    public void Read_MissingDirectory_IsADiagnostic()
    {
        var reading = DirectoryReader.Read(_directory.Path("absent"), new DirectoryOptions());
        Assert.Empty(reading.Changes);
        Assert.EndsWith("absent: error CP1001: the directory does not exist", Assert.Single(reading.Diagnostics).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ObjectInTwoFiles_TheFirstByPathWins()
    {
        _directory.Write("b.yaml", Manifests.Service("x", 2));
        _directory.Write("a.yaml", Manifests.Service("z") + "---\n" + Manifests.Service("x", 1) + "---\n" + Manifests.Service("x", 3));
        var reading = Read();
        var service = (Service)((ModelChange.Upsert)reading.Changes.Single(c => c is ModelChange.Upsert u && u.Value.Key.Name == "x")).Value;
        Assert.Equal(1, service.Ports[0].Port);
        Assert.Equal(
            [
                $"{_directory.Path("a.yaml")}:17: warning CP1006 Service shop/x: has no effect: the same object stands at {_directory.Path("a.yaml")}:9, which comes first",
                $"{_directory.Path("b.yaml")}:1: warning CP1006 Service shop/x: has no effect: the same object stands at {_directory.Path("a.yaml")}:9, which comes first",
            ],
            reading.Diagnostics.Select(d => d.ToString()));
    }

    [Fact]
    public void Read_SymbolicLinks_AreFollowedAndLoopsAreNot()
    {
        using var other = new TemporaryDirectory();
        other.Write("v1/web.yaml", Manifests.Service("web"));
        other.Write("v1/sub/db.yaml", Manifests.Service("db"));
        Directory.CreateSymbolicLink(_directory.Path("..data"), other.Path("v1"));
        File.CreateSymbolicLink(_directory.Path("web.yaml"), "..data/web.yaml");
        Directory.CreateSymbolicLink(_directory.Path("sub"), "..data/sub");
        Directory.CreateSymbolicLink(_directory.Path("loop"), _directory.Root);
        File.CreateSymbolicLink(_directory.Path("dangling.yaml"), "nowhere");
        var reading = Read();
        Assert.Equal(["db", "web"], Names(reading));
        Assert.Contains("the symbolic link leads nowhere: nowhere", Assert.Single(reading.Diagnostics).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BeyondItsLimits_SaysSo()
    {
        for (var i = 0; i < 5; i++)
            _directory.Write($"{i}.yaml", Manifests.Service($"s{i}"));
        _directory.Write("d/e/f.yaml", Manifests.Service("deep"));
        var reading = Read(new DirectoryOptions { MaxFiles = 3, MaxDirectoryDepth = 1 });
        Assert.Equal(["s0", "s1", "s2"], Names(reading));
        Assert.Contains(reading.Diagnostics, d => d.Message.Contains("more than 3 files", StringComparison.Ordinal));
        Assert.Contains(reading.Diagnostics, d => d.Message.Contains("deeper than 1 directories", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_MeshConfigFile_OverridesTheConfigMap()
    {
        const string map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: 'trustDomain: map'\n  meshNetworks: 'networks: {}'\n";
        _directory.Write("dir/mesh.yaml", map);
        _directory.Write("over.yaml", "trustDomain: file\n");
        var options = new DirectoryOptions { MeshConfigFile = _directory.Path("over.yaml") };
        var reading = DirectoryReader.Read(_directory.Path("dir"), options);
        var (snapshot, _) = MeshSnapshot.Empty.Apply(reading.Changes);
        Assert.Equal("""{"trustDomain":"file"}""", snapshot.Table(Tables.MeshConfig).Find(Tables.MeshConfigKey)!.SpecJson);
        Assert.NotNull(snapshot.Table(Tables.MeshNetworks).Find(Tables.MeshConfigKey));

        var missing = DirectoryReader.Read(_directory.Path("dir"), options with { MeshConfigFile = _directory.Path("none.yaml") });
        Assert.Contains(missing.Diagnostics, d => d.Location.File.EndsWith("none.yaml", StringComparison.Ordinal));
    }

    [Fact]
    public void Locate_ObjectAndField_GivesFileAndLine()
    {
        _directory.Write("a.yaml", Manifests.Service("a") + "---\n" + Manifests.Service("b"));
        _directory.Write("b.json", "\n{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[\n{\"apiVersion\":\"networking.istio.io/v1\",\"kind\":\"Gateway\",\"metadata\":{\"name\":\"g\"},\n\"spec\":{\"servers\":[\n{\"port\":1}]}}]}");
        _directory.Write("c.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  x: y z\n  mesh: '{}'\n");
        var reading = Read();
        Assert.Empty(reading.Diagnostics);
        Assert.Equal($"{_directory.Path("a.yaml")}:15", reading.Locate("Service", new ObjectKey("shop", "b"), "spec.ports[0].port")?.ToString());
        Assert.Equal($"{_directory.Path("a.yaml")}:9", reading.Locate("Service", new ObjectKey("shop", "b"), "")?.ToString());
        Assert.Equal($"{_directory.Path("b.json")}:5", reading.Locate("Gateway", new ObjectKey("default", "g"), "spec.servers[0].port.number")?.ToString());
        Assert.Equal($"{_directory.Path("c.yaml")}:6", reading.Locate("MeshConfig", Tables.MeshConfigKey, "trustDomain")?.ToString());
        Assert.Null(reading.Locate("Service", new ObjectKey("shop", "none"), ""));
    }

    [Fact]
    public void ReadEmbedded_Bookinfo_IsWithoutFaultAndWhole()
    {
        var source = new EmbeddedSource(EmbeddedSource.DefaultSample, new DirectoryOptions());
        Assert.Empty(source.Diagnostics);
        var (snapshot, _) = MeshSnapshot.Empty.Apply(source.Reading.Changes);
        Assert.Equal(
            ["details", "istio-ingressgateway", "productpage", "ratings", "reviews"],
            snapshot.Table(Tables.Services).All.Select(s => s.Key.Name).Order(StringComparer.Ordinal));
        Assert.NotNull(snapshot.Table(Tables.MeshConfig).Find(Tables.MeshConfigKey));
        foreach (var slice in snapshot.Table(Tables.EndpointSlices).All)
        {
            Assert.NotNull(snapshot.Table(Tables.Services).Find(new ObjectKey(slice.Key.Namespace, slice.ServiceName)));
            Assert.All(slice.Endpoints, e => Assert.Equal(e.Addresses, snapshot.Table(Tables.Pods).Find(e.Pod!.Value)!.Ips));
        }

        foreach (var pod in snapshot.Table(Tables.Pods).All)
        {
            Assert.NotNull(snapshot.Table(Tables.ServiceAccounts).Find(new ObjectKey(pod.Key.Namespace, pod.ServiceAccount)));
            Assert.NotNull(snapshot.Table(Tables.Nodes).Find(new ObjectKey("", pod.NodeName)));
            Assert.NotNull(snapshot.Table(Tables.Namespaces).Find(new ObjectKey("", pod.Key.Namespace)));
        }

        var place = source.Locate("Service", new ObjectKey("bookinfo", "reviews"), "spec.ports");
        Assert.StartsWith("embedded:bookinfo/reviews.yaml:", place?.ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new EmbeddedSource("nothing", new DirectoryOptions()));
    }

    private DirectoryReading Read(DirectoryOptions? options = null) => DirectoryReader.Read(_directory.Root, options ?? new DirectoryOptions());

    private static IEnumerable<string> Names(DirectoryReading reading) =>
        reading.Changes.Cast<ModelChange.Upsert>().Select(u => u.Value.Key.Name);
}
