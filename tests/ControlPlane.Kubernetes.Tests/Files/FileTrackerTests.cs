using ControlPlane.Kubernetes.Files;

namespace ControlPlane.Kubernetes.Tests.Files;

/// <summary>When a changed file is believed, on a clock that only the test moves.</summary>
public sealed class FileTrackerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RecordingSink _sink = new();
    private readonly DirectoryOptions _options = new();
    private readonly ManifestSet _set;
    private readonly FileTracker _tracker;
    private TimeSpan _now = TimeSpan.FromSeconds(1);

    public FileTrackerTests()
    {
        _set = new ManifestSet(new DirectoryTree(_directory.Root, _options), _options);
        _tracker = new FileTracker(_set, _options);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void RunDue_GoodFile_IsTakenAfterTheQuietTime()
    {
        Begin();
        _directory.Write("a.yaml", Manifests.Service("a", 1));
        Notify();
        Pass(_options.QuietTime / 2);
        Assert.Equal("", _sink.Services);
        Pass(_options.QuietTime / 2);
        Assert.Equal("a:1", _sink.Services);
        Assert.Null(_tracker.NextDue);
    }

    [Fact]
    public void RunDue_FileThatWasPutInPlaceWhole_IsTakenSooner()
    {
        Begin();
        _directory.Write("a.yaml", Manifests.Service("a", 1));
        _tracker.Notify("a.yaml", true, _now);
        Pass(_options.WholeQuietTime / 2);
        Assert.Equal("", _sink.Services);
        Pass(_options.WholeQuietTime / 2);
        Assert.Equal("a:1", _sink.Services);
        Assert.Null(_tracker.NextDue);
        Assert.True(_options.WholeQuietTime < _options.QuietTime);
    }

    [Fact]
    public void RunDue_FileThatIsWrittenInPieces_IsReadOnceItIsQuiet()
    {
        Begin();
        for (var i = 1; i < 10; i++)
        {
            _directory.Write("a.yaml", Manifests.Service("a", i));
            Notify();
            Pass(_options.QuietTime / 2);
        }

        Assert.Equal(0, _sink.Batches);
        Pass(_options.QuietTime);
        Assert.Equal("a:9", _sink.Services);
        Assert.Equal(1, _sink.Batches);
    }

    [Fact]
    public void RunDue_TruncatedFile_RemovesNothingUntilItHasSettled()
    {
        _directory.Write("a.yaml", Manifests.Service("a") + "---\n" + Manifests.Service("b"));
        Begin();
        _directory.Write("a.yaml", "");
        Notify();
        Pass(_options.SettleTime - TimeSpan.FromMilliseconds(1));
        Assert.Equal("a:80 b:80", _sink.Services);
        _directory.Write("a.yaml", Manifests.Service("a", 2) + "---\n" + Manifests.Service("b", 2));
        Notify();
        Pass(_options.QuietTime);
        Assert.Equal("a:2 b:2", _sink.Services);
        _directory.Write("a.yaml", "");
        Notify();
        Pass(_options.QuietTime);
        Pass(_options.SettleTime);
        Assert.Equal("", _sink.Services);
    }

    [Fact]
    public void RunDue_HalfWrittenFile_AddsWhatIsThereAndRemovesTheRestLater()
    {
        _directory.Write("a.yaml", Manifests.Service("a") + "---\n" + Manifests.Service("b"));
        Begin();
        _directory.Write("a.yaml", Manifests.Service("a", 2));
        Notify();
        Pass(_options.QuietTime);
        Assert.Equal("a:2 b:80", _sink.Services);
        Pass(_options.SettleTime);
        Assert.Equal("a:2", _sink.Services);
    }

    [Fact]
    public void RunDue_FileThatBreaksOffWithinALine_WaitsALittleLonger()
    {
        _directory.Write("a.yaml", Manifests.Service("a", 8080));
        Begin();
        _directory.Write("a.yaml", Manifests.Service("a", 9090).TrimEnd()[..^3] + "}");
        Notify();
        Pass(_options.QuietTime);
        Assert.Equal("a:8080", _sink.Services);
        _directory.Write("a.yaml", Manifests.Service("a", 9090));
        Notify();
        Pass(_options.QuietTime);
        Assert.Equal("a:9090", _sink.Services);
        _directory.Write("a.yaml", Manifests.Service("a", 7070).TrimEnd());
        Notify();
        Pass(_options.QuietTime);
        Pass(_options.QuietTime);
        Assert.Equal("a:7070", _sink.Services);
    }

    [Fact]
    public void RunDue_FaultyDocument_KeepsItsLastGoodValueAndIsReportedOnceSettled()
    {
        _directory.Write("a.yaml", Manifests.Service("a") + "---\n" + Manifests.Service("b") + "---\n" + Manifests.Service("c"));
        Begin();
        _directory.Write("a.yaml", Manifests.Service("a", 0) + "---\n" + Manifests.Service("c", 2));
        Notify();
        Pass(_options.QuietTime);
        Assert.Empty(_set.Diagnostics);
        Pass(_options.SettleTime);
        Assert.Equal("a:80 c:2", _sink.Services);
        Assert.Equal(7, Assert.Single(_set.Diagnostics).Location.Line);
        _directory.Write("a.yaml", Manifests.Service("a", 3) + "---\n" + Manifests.Service("c", 2));
        Notify();
        Pass(_options.QuietTime);
        Assert.Equal("a:3 c:2", _sink.Services);
        Assert.Empty(_set.Diagnostics);
    }

    [Theory]
    [InlineData("kind: [\n")]
    [InlineData("just text\n")]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata: {}\n")]
    public void RunDue_DocumentWithoutIdentity_KeepsEverythingThatTheFileHad(string broken)
    {
        _directory.Write("a.yaml", Manifests.Service("a") + "---\n" + Manifests.Service("b"));
        Begin();
        _directory.Write("a.yaml", broken + "---\n" + Manifests.Service("b", 2));
        Notify();
        Pass(_options.QuietTime);
        Pass(_options.SettleTime);
        Assert.Equal("a:80 b:2", _sink.Services);
        Assert.NotEmpty(_set.Diagnostics);
    }

    [Theory]
    [InlineData("kind: Service", "kind: Servise")]
    [InlineData("apiVersion: v1", "apiVersion: v2")]
    [InlineData("kind: Service", "knid: Service")]
    public void RunDue_MisspeltKind_KeepsTheObjectOfThatName(string good, string misspelt)
    {
        _directory.Write("a.yaml", Manifests.Service("a") + "---\n" + Manifests.Service("b"));
        Begin();
        _directory.Write("a.yaml", Manifests.Service("a", 2).Replace(good, misspelt, StringComparison.Ordinal));
        Notify();
        Pass(_options.QuietTime);
        Pass(_options.SettleTime);
        Assert.Equal("a:80", _sink.Services);
        Assert.Single(_set.Diagnostics);
    }

    [Fact]
    public void RunDue_DeletedFile_RemovesItsObjectsOnlyIfItStaysAway()
    {
        _directory.Write("a.yaml", Manifests.Service("a", 1));
        Begin();
        File.Delete(_directory.Path("a.yaml"));
        Notify();
        Pass(_options.QuietTime);
        Assert.Equal("a:1", _sink.Services);
        _directory.Write("a.yaml", Manifests.Service("a", 2));
        Notify();
        Pass(_options.QuietTime);
        Assert.Equal("a:2", _sink.Services);
        File.Delete(_directory.Path("a.yaml"));
        Notify();
        Pass(_options.QuietTime);
        Pass(_options.SettleTime);
        Assert.Equal("", _sink.Services);
    }

    [Fact]
    public void RunDue_FilePutInPlaceWhole_IsBelievedAtOnce()
    {
        _directory.Write("a.yaml", Manifests.Service("a") + "---\n" + Manifests.Service("b"));
        Begin();
        _directory.Replace("a.yaml", Manifests.Service("b", 2));
        _tracker.Notify("a.yaml", true, _now);
        Pass(_options.QuietTime);
        Assert.Equal("b:2", _sink.Services);
    }

    [Fact]
    public void RunDue_FileThatChangesWithoutEventsWhileSettling_IsNotBelievedYet()
    {
        _directory.Write("a.yaml", Manifests.Service("a") + "---\n" + Manifests.Service("b"));
        Begin();
        _directory.Write("a.yaml", Manifests.Service("a", 2));
        Notify();
        Pass(_options.QuietTime);
        _directory.Write("a.yaml", Manifests.Service("a", 2) + "---\n");
        Pass(_options.SettleTime);
        Assert.Equal("a:2 b:80", _sink.Services);
        Pass(_options.SettleTime);
        Assert.Equal("a:2", _sink.Services);
    }

    [Fact]
    public void RunDue_FileThatGrowsTooLarge_KeepsItsLastGoodValue()
    {
        _directory.Write("a.yaml", Manifests.Service("a"));
        Begin();
        _directory.Write("a.yaml", "#" + new string('x', _options.MaxFileBytes + 1));
        Notify();
        Pass(_options.QuietTime);
        Pass(_options.SettleTime);
        Assert.Equal("a:80", _sink.Services);
        Assert.Contains("larger than", Assert.Single(_set.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rescan_ChangesWithoutNotification_AreFound()
    {
        _directory.Write("a.yaml", Manifests.Service("a", 1));
        _directory.Write("b.yaml", Manifests.Service("b", 1));
        _directory.Write("d/c.yaml", Manifests.Service("c", 1));
        Begin();
        _directory.Write("a.yaml", Manifests.Service("a", 22));
        File.Delete(_directory.Path("b.yaml"));
        _directory.Write("new/e.yaml", Manifests.Service("e", 1));
        Directory.Move(_directory.Path("d"), _directory.Path("f"));
        Assert.True(_tracker.Rescan(_now));
        Pass(_options.QuietTime);
        Pass(_options.SettleTime);
        Assert.Equal("a:22 c:1 e:1", _sink.Services);
        var batches = _sink.Batches;
        _tracker.Rescan(_now);
        Assert.Null(_tracker.NextDue);
        Assert.Equal(batches, _sink.Batches);
    }

    [Fact]
    public void Rescan_DirectoryThatVanished_KeepsEverything()
    {
        _directory.Write("a.yaml", Manifests.Service("a", 1));
        Begin();
        Directory.Delete(_directory.Root, recursive: true);
        Assert.False(_tracker.Rescan(_now));
        Pass(_options.QuietTime);
        Pass(_options.SettleTime);
        Assert.Equal("a:1", _sink.Services);
        Assert.Contains("does not exist", Assert.Single(_set.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rescan_SwappedLinkOfEqualSizeAndTime_IsFound()
    {
        using var volume = new TemporaryDirectory();
        var time = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var version in new[] { 1, 2 })
        {
            volume.Write($"v{version}/web.yaml", Manifests.Service("web", version));
            volume.Write($"v{version}/db.yaml", Manifests.Service("db", version));
            File.SetLastWriteTimeUtc(volume.Path($"v{version}/web.yaml"), time);
            File.SetLastWriteTimeUtc(volume.Path($"v{version}/db.yaml"), time);
        }

        Directory.CreateSymbolicLink(_directory.Path("..data"), volume.Path("v1"));
        File.CreateSymbolicLink(_directory.Path("web.yaml"), "..data/web.yaml");
        File.CreateSymbolicLink(_directory.Path("db.yaml"), "..data/db.yaml");
        Begin();
        Assert.Equal("db:1 web:1", _sink.Services);
        Directory.CreateSymbolicLink(_directory.Path("..data_tmp"), volume.Path("v2"));
        Directory.Delete(_directory.Path("..data"));
        Directory.Move(_directory.Path("..data_tmp"), _directory.Path("..data"));
        _tracker.Rescan(_now);
        Pass(_options.QuietTime);
        Assert.Equal("db:2 web:2", _sink.Services);
        Assert.Equal(2, _sink.Batches);
    }

    private void Begin()
    {
        Assert.True(_tracker.ReadAll());
        if (_set.Count > 0)
            _sink.Apply(_set.Published);
    }

    private void Notify() => _tracker.Notify("a.yaml", false, _now);

    private void Pass(TimeSpan time)
    {
        _now += time;
        var changes = _tracker.RunDue(_now);
        if (changes.Count > 0)
            _sink.Apply(changes);
    }
}
