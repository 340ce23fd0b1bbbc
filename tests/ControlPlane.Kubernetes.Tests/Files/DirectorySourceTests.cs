using ControlPlane.Kubernetes.Files;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Tests.Files;

/// <summary>The watched directory as a whole, on the real clock.</summary>
public sealed class DirectorySourceTests : IAsyncLifetime
{
    /// <summary>So long that within a test only notifications can have told of a change.</summary>
    private static readonly TimeSpan NoRescan = TimeSpan.FromHours(1);

    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingSink _sink = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _directory.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task RunAsync_AtStart_GivesEverythingAtOnceAndThenIsSynced()
    {
        _directory.Write("a.yaml", Manifests.Service("a"));
        _directory.Write("d/b.yaml", Manifests.Service("b"));
        _directory.Write("broken.yaml", "kind: [");
        var source = Start(NoRescan);
        await _sink.Until(s => s.Synced.Times == 1);
        Assert.Equal((1, 1), _sink.Synced);
        Assert.Equal("a:80 b:80", _sink.Services);
        Assert.Equal($"dir:{_directory.Root}", source.Name);
        // Told right after that.
        await _sink.Until(_ => source.Diagnostics.Count == 1);
    }

    [Fact]
    public async Task RunAsync_EmptyDirectory_IsSyncedWithoutABatch()
    {
        Start(NoRescan);
        await _sink.Until(s => s.Synced.Times == 1);
        Assert.Equal(0, _sink.Batches);
    }

    [Fact]
    public async Task RunAsync_EditsOfAllSorts_AreNotified()
    {
        _directory.Write("a.yaml", Manifests.Service("a", 1));
        Start(NoRescan);
        await _sink.UntilServices("a:1");
        _directory.Write("a.yaml", Manifests.Service("a", 2));
        await _sink.UntilServices("a:2");
        _directory.Replace("a.yaml", Manifests.Service("a", 3));
        await _sink.UntilServices("a:3");
        _directory.Write("b.yaml", Manifests.Service("b", 1));
        await _sink.UntilServices("a:3 b:1");
        _directory.Write("deep/er/c.yaml", Manifests.Service("c", 1));
        await _sink.UntilServices("a:3 b:1 c:1");
        _directory.Write("deep/er/c.yaml", Manifests.Service("c", 2));
        await _sink.UntilServices("a:3 b:1 c:2");
        Directory.Move(_directory.Path("deep"), _directory.Path("other"));
        File.Move(_directory.Path("b.yaml"), _directory.Path("z.yaml"));
        await _sink.Until(s => s.Services == "a:3 b:1 c:2" && s.Batches > 0);
        Directory.Delete(_directory.Path("other"), recursive: true);
        await _sink.UntilServices("a:3 b:1");
        File.Delete(_directory.Path("a.yaml"));
        await _sink.UntilServices("b:1");
    }

    [Fact]
    public async Task RunAsync_FaultsThatComeAndGo_AreToldByTheEvent()
    {
        _directory.Write("a.yaml", Manifests.Service("a", 1));
        var lists = System.Threading.Channels.Channel.CreateUnbounded<IReadOnlyList<SourceDiagnostic>>();
        var source = Make(NoRescan);
        source.DiagnosticsChanged += list => lists.Writer.TryWrite(list);
        Run(source);
        await _sink.UntilServices("a:1");
        // Whole, for a file that is still empty when it is read has no faults.
        _directory.Replace("a.yaml", "kind: [\n");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        Assert.Equal($"{_directory.Path("a.yaml")}:1", Assert.Single(await lists.Reader.ReadAsync(patience.Token)).Location.ToString());
        Assert.Equal("a:1", _sink.Services);
        _directory.Replace("a.yaml", Manifests.Service("a", 2));
        Assert.Empty(await lists.Reader.ReadAsync(patience.Token));
        Assert.Equal("a:2", _sink.Services);
        Assert.Equal(new SourceLocation(_directory.Path("a.yaml"), 7), source.Locate("Service", new ObjectKey("shop", "a"), "spec.ports[0]"));
    }

    [Fact]
    public async Task RunAsync_RootThatAppearsVanishesAndComesBack_IsFollowed()
    {
        var root = _directory.Path("root");
        var source = Make(TimeSpan.FromMilliseconds(50), root);
        Run(source);
        _directory.Write("root/a.yaml", Manifests.Service("a", 1));
        await _sink.Until(s => s.Synced.Times == 1 && s.Services == "a:1");
        Directory.Move(root, _directory.Path("away"));
        _directory.Write("root/a.yaml", Manifests.Service("a", 2));
        await _sink.UntilServices("a:2");
        _directory.Write("root/a.yaml", Manifests.Service("a", 3));
        await _sink.UntilServices("a:3");
        Assert.Equal(1, _sink.Synced.Times);
    }

    [Fact]
    public async Task RunAsync_SingleFile_IsWatched()
    {
        _directory.Write("a.yaml", Manifests.Service("a", 1));
        _directory.Write("b.yaml", Manifests.Service("b", 1));
        Run(Make(NoRescan, _directory.Path("a.yaml")));
        await _sink.UntilServices("a:1");
        _directory.Write("b.yaml", Manifests.Service("b", 2));
        _directory.Write("a.yaml", Manifests.Service("a", 2));
        await _sink.UntilServices("a:2");
    }

    [Fact]
    public async Task RunAsync_VolumeSwap_IsNotifiedAndOneBatch()
    {
        foreach (var version in new[] { 1, 2 })
        {
            _directory.Write($"..v{version}/web.yaml", Manifests.Service("web", version));
            _directory.Write($"..v{version}/db.yaml", Manifests.Service("db", version));
        }

        Directory.CreateSymbolicLink(_directory.Path("..data"), "..v1");
        File.CreateSymbolicLink(_directory.Path("web.yaml"), "..data/web.yaml");
        File.CreateSymbolicLink(_directory.Path("db.yaml"), "..data/db.yaml");
        Start(NoRescan);
        await _sink.UntilServices("db:1 web:1");
        Directory.CreateSymbolicLink(_directory.Path("..data_tmp"), "..v2");
        // As the kubelet does: rename(2) swaps the link in one step, for which the base class library has no call.
        using (var move = System.Diagnostics.Process.Start("mv", ["-T", _directory.Path("..data_tmp"), _directory.Path("..data")]))
            await move.WaitForExitAsync();
        await _sink.UntilServices("db:2 web:2");
        Assert.Equal(2, _sink.Batches);
    }

    [Fact]
    public async Task RunAsync_MeshConfigFile_IsFollowed()
    {
        _directory.Write("mesh.yaml.txt", "trustDomain: one\n");
        var options = new DirectoryOptions { RescanInterval = TimeSpan.FromMilliseconds(50), MeshConfigFile = _directory.Path("mesh.yaml.txt") };
        Run(new DirectorySource(_directory.Root, options, TimeProvider.System));
        await _sink.Until(s => Mesh(s) == """{"trustDomain":"one"}""");
        _directory.Write("mesh.yaml.txt", "trustDomain: three\n");
        await _sink.Until(s => Mesh(s) == """{"trustDomain":"three"}""");
    }

    [Fact]
    public async Task RunAsync_RandomEdits_EndWithWhatAFreshReadingGives()
    {
        Start(TimeSpan.FromMilliseconds(200));
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var file = $"{(char)('a' + random.Next(4))}/{(char)('e' + random.Next(4))}.yaml";
            var text = Manifests.Service($"s{random.Next(6)}", random.Next(1, 9)) + "---\n" + Manifests.Service($"s{random.Next(6)}", random.Next(1, 9));
            switch (random.Next(6))
            {
                case 0 when File.Exists(_directory.Path(file)):
                    File.Delete(_directory.Path(file));
                    break;
                case 1 when Directory.Exists(_directory.Path("a")):
                    Directory.Delete(_directory.Path("a"), recursive: true);
                    break;
                case 2:
                    _directory.Replace(file, text);
                    break;
                default:
                    _directory.Write(file, text);
                    break;
            }
        }

        var fresh = new RecordingSink();
        fresh.Apply(DirectoryReader.Read(_directory.Root, new DirectoryOptions()).Changes);
        await _sink.UntilServices(fresh.Services);
    }

    private static string? Mesh(RecordingSink sink) => sink.Snapshot.Table(Tables.MeshConfig).Find(Tables.MeshConfigKey)?.SpecJson;

    private DirectorySource Start(TimeSpan rescan)
    {
        var source = Make(rescan);
        Run(source);
        return source;
    }

    private DirectorySource Make(TimeSpan rescan, string? root = null) =>
        new(root ?? _directory.Root, new DirectoryOptions { RescanInterval = rescan }, TimeProvider.System);

    private void Run(DirectorySource source) => _running.Add(Task.Run(() => source.RunAsync(_sink, _stop.Token)));
}
