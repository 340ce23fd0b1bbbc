
namespace ControlPlane.Kubernetes.Tests.Reflectors;

/// <summary>The rules of a Kubernetes client, by their numbers.</summary>
public sealed class ReflectorRuleTests : IAsyncLifetime
{
    private readonly ReflectorHarness _test = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task K01_Start_ListsFromTheCacheThenWatchesFromTheListsVersion()
    {
        _test.Put("a", 1);
        var version = _test.Server.Version;
        _test.Start();
        await _test.UntilNames("a:1");
        await _test.Until(() => _test.Watches() == 1);
        Assert.Equal(["?resourceVersion=0"], _test.Lists());
        Assert.Contains(_test.Server.Requests, r => r.Contains($"watch=true&allowWatchBookmarks=true&resourceVersion={version}&timeoutSeconds=", StringComparison.Ordinal));
        Assert.True(_test.Reflector.Status.IsSynced);
        Assert.Equal(1, _test.SyncedCalls);
    }

    [Fact]
    public async Task K02_Relist_AsksForWhatWasSeenAtLeast()
    {
        _test.Put("a", 1);
        _test.Start();
        await _test.UntilNames("a:1");
        _test.Put("a", 2);
        await _test.UntilNames("a:2");
        var seen = _test.Server.Version;
        await ExpireAsync();
        Assert.Equal(["?resourceVersion=0", $"?resourceVersion={seen}"], _test.Lists());
    }

    [Theory]
    [InlineData(410, "Expired", "")]
    [InlineData(410, "Gone", "")]
    [InlineData(504, "Timeout", "ResourceVersionTooLarge")]
    public async Task K03_K04_ListAtAVersionThatIsRefused_ListsTheNewestAtOnce(int code, string reason, string cause)
    {
        _test.Put("a", 1);
        _test.Server.Script = async e =>
        {
            if (e.Query("resourceVersion") != "0" || e.Query("watch") is not null)
                return false;
            await e.FailAsync(code, reason, cause: cause);
            return true;
        };
        _test.Start();
        await _test.UntilNames("a:1");
        Assert.Equal(["?resourceVersion=0", "?limit=3"], _test.Lists());
    }

    [Fact]
    public async Task K05_ExpiredInsideAWatch_ListsAgain()
    {
        _test.Put("a", 1);
        _test.Start();
        await _test.UntilNames("a:1");
        _test.Put("b", 1);
        await _test.UntilNames("a:1 b:1");
        await ExpireAsync();
        _test.Put("c", 1);
        await _test.UntilNames("a:1 b:1 c:1");
    }

    [Fact]
    public async Task K06_WatchThatEndsNormally_IsMadeAnewWithoutAList()
    {
        _test.Server.Script = async e =>
        {
            if (e.Query("watch") is null || _test.Watches() > 3)
                return false;
            await e.BeginStreamAsync();
            await e.EndStreamAsync();
            return true;
        };
        _test.Start();
        await _test.Until(() => _test.Watches() == 4);
        Assert.Single(_test.Lists());
        Assert.Null(_test.Reflector.Status.Error);
        var timeouts = _test.Server.Requests.Where(r => r.Contains("watch=", StringComparison.Ordinal)).Select(r => int.Parse(r.Split("timeoutSeconds=")[1], null)).ToList();
        Assert.All(timeouts, t => Assert.InRange(t, 300, 600));
        Assert.True(timeouts.Distinct().Count() > 1);
    }

    [Fact]
    public async Task K07_Bookmark_MovesTheVersionAndNothingElse()
    {
        _test.Put("a", 1);
        _test.Start();
        await _test.UntilNames("a:1");
        await _test.Until(() => _test.Watches() == 1);
        _test.Server.Bookmark();
        var version = _test.Server.Version;
        await _test.Until(() => _test.Reflector.Status.Version == version);
        _test.Server.Disconnect();
        await _test.Until(() => _test.Watches() == 2);
        Assert.EndsWith(version, _test.Server.Requests.Last(r => r.Contains("watch=", StringComparison.Ordinal)).Split("&timeout")[0], StringComparison.Ordinal);
        Assert.Equal(["+a"], _test.Log);
        Assert.Single(_test.Lists());
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(0)]
    public async Task K10_WatchThatIsRefused_IsRetriedWithoutAList(int code)
    {
        _test.Put("a", 1);
        _test.Server.Script = async e =>
        {
            if (e.Query("watch") is null || _test.Watches() > 5)
                return false;
            if (code == 0)
                e.Abort();
            else
                await e.FailAsync(code, "");
            return true;
        };
        _test.Start();
        await _test.Until(() => _test.Watches() == 6);
        _test.Put("a", 2);
        await _test.UntilNames("a:2");
        Assert.Single(_test.Lists());
        Assert.Null(_test.Reflector.Status.Error);
    }

    [Fact]
    public async Task K11_RetryAfter_IsRespected()
    {
        long? refused = null;
        TimeSpan? waited = null;
        _test.Server.Script = async e =>
        {
            if (e.Path == "/version")
                return false;
            if (refused is { } at)
            {
                waited ??= TimeProvider.System.GetElapsedTime(at);
                return false;
            }

            refused = TimeProvider.System.GetTimestamp();
            await e.FailAsync(429, "TooManyRequests", headers: "Retry-After: 1\r\n");
            return true;
        };
        _test.Start();
        await _test.Until(() => _test.SyncedCalls == 1);
        Assert.True(waited >= TimeSpan.FromMilliseconds(990), $"{waited}");
    }

    [Fact]
    public async Task K12_Relist_EmitsTheExactDifference()
    {
        foreach (var name in new[] { "a", "b", "c" })
            _test.Put(name, 1);
        _test.Start();
        await _test.UntilNames("a:1 b:1 c:1");
        await _test.Until(() => _test.Watches() == 1);
        // Nobody can watch while the difference arises.
        _test.Server.Script = async e =>
        {
            if (e.Query("watch") is null)
                return false;
            await e.FailAsync(410, "Expired");
            return true;
        };
        _test.Log.Clear();
        _test.Delete("b");
        await _test.Until(() => _test.Log.Count == 1);
        _test.Log.Clear();
        _test.Server.Disconnect();
        _test.Delete("a");
        _test.Put("c", 2);
        _test.Put("d", 1);
        await _test.UntilNames("c:2 d:1");
        Assert.Equal(["+c", "+d", "-a"], _test.Log.Order(StringComparer.Ordinal));
        _test.Server.Script = _ => Task.FromResult(false);
        await _test.Until(() => _test.Reflector.Status.Error is null);
        Assert.Equal(3, _test.Log.Count);
    }

    [Fact]
    public async Task K13_DeletedAndCreatedAgainBetweenLists_IsADeleteAndAnAdd()
    {
        _test.Put("a", 1);
        _test.Start();
        await _test.UntilNames("a:1");
        await _test.Until(() => _test.Watches() == 1);
        _test.Server.Script = async e =>
        {
            if (e.Query("watch") is null)
                return false;
            await e.FailAsync(410, "Expired");
            return true;
        };
        _test.Server.Disconnect();
        _test.Log.Clear();
        _test.Delete("a");
        _test.Put("a", 2);
        await _test.UntilNames("a:2");
        // The delete may have been listed on its own; together they must never be an update.
        Assert.Equal(["-a", "+a"], _test.Log);
    }

    [Fact]
    public async Task K14_TokenThatExpiresBetweenPages_FallsBackToOneWholeList()
    {
        for (var i = 0; i < 8; i++)
            _test.Put($"s{i}", 1);
        _test.Server.Script = async e =>
        {
            if (e.Query("watch") is not null || (e.Query("resourceVersion") is null && (e.Query("continue") is not { } token || !token.Contains("s5", StringComparison.Ordinal))))
                return false;
            await e.FailAsync(410, "Expired");
            return true;
        };
        _test.Start();
        await _test.Until(() => _test.SyncedCalls == 1);
        Assert.Equal(8, _test.Reflector.Status.Objects);
        Assert.Equal(["?resourceVersion=0", "?limit=3", "?limit=3&continue=" + Key("s2"), "?limit=3&continue=" + Key("s5"), ""], _test.Lists());

        static string Key(string name) => $"{ReflectorHarness.Services}|shop|{name}";
    }

    [Fact]
    public async Task K15_ListFromTheCache_IsNotPaged()
    {
        for (var i = 0; i < 8; i++)
            _test.Put($"s{i}", 1);
        _test.Start();
        await _test.Until(() => _test.SyncedCalls == 1);
        Assert.Equal(["?resourceVersion=0"], _test.Lists());
        Assert.Equal(8, _test.Reflector.Status.Objects);
    }

    [Fact]
    public async Task K17_ReceiverThatThrows_DoesNotEndTheMirror()
    {
        _test.Put("a", 1);
        _test.Start();
        await _test.UntilNames("a:1");
        _test.Throw = new InvalidOperationException("as scripted");
        _test.Put("b", 1);
        await _test.Until(() => _test.Reflector.Status.ReceiverFaults == 1);
        _test.Put("c", 1);
        await _test.UntilNames("a:1 c:1");
    }

    [Fact]
    public async Task K25_ServerThatIsDownAtTheStart_IsWaitedFor()
    {
        var (attempts, down) = (0, true);
        _test.Server.Script = e =>
        {
            attempts++;
            if (down)
                e.Abort();
            return Task.FromResult(down);
        };
        _test.Put("a", 1);
        _test.Start();
        await _test.Until(() => attempts > 5 && _test.Reflector.Status.Error is { IsTransport: true });
        Assert.False(_test.Reflector.Status.IsSynced);
        down = false;
        await _test.UntilNames("a:1");
        await _test.Until(() => _test.Reflector.Status.Error is null);
    }

    [Fact]
    public async Task K26_ServerThatGoesDownLater_LeavesTheLastStateAndItsAge()
    {
        _test.Put("a", 1);
        _test.Start();
        await _test.UntilNames("a:1");
        await _test.Until(() => _test.Watches() == 1);
        var down = true;
        _test.Server.Script = e =>
        {
            if (down)
                e.Abort();
            return Task.FromResult(down);
        };
        _test.Server.Disconnect();
        await _test.Until(() => _test.Reflector.Status.Error is { IsTransport: true });
        var heard = _test.Reflector.Status.LastHeard;
        Assert.True(_test.Reflector.Status.IsSynced);
        Assert.Equal("a:1", _test.Names);
        _test.Put("a", 2);
        down = false;
        await _test.UntilNames("a:2");
        Assert.True(_test.Reflector.Status.LastHeard > heard);
        Assert.Single(_test.Lists());
    }

    [Fact]
    public async Task K28_ObjectThatCannotBeRead_IsSkippedAndKeepsItsLastGoodState()
    {
        _test.Put("a", 1);
        _test.Put("b", 0);
        _test.Put("c", 1);
        _test.Start();
        await _test.UntilNames("a:1 c:1");
        await _test.Until(() => _test.Reflector.Faults.Count == 1);
        Assert.Contains("Service shop/b spec.ports[0].port", _test.Reflector.Faults[0].ToString(), StringComparison.Ordinal);
        _test.Put("a", 70000);
        await _test.Until(() => _test.Reflector.Faults.Count == 2);
        Assert.Equal("a:1 c:1", _test.Names);
        _test.Put("a", 2);
        _test.Put("b", 2);
        await _test.UntilNames("a:2 b:2 c:1");
        await _test.Until(() => _test.Reflector.Faults.Count == 0);
    }

    [Fact]
    public async Task K35_RightThatIsMissing_IsAnAlarmAndLeavesTheState()
    {
        _test.Put("a", 1);
        _test.Start();
        await _test.UntilNames("a:1");
        await _test.Until(() => _test.Watches() == 1);
        var forbidden = true;
        _test.Server.Script = async e =>
        {
            if (forbidden)
                await e.FailAsync(403, "Forbidden", "services is forbidden");
            return forbidden;
        };
        _test.Server.Disconnect();
        await _test.Until(() => _test.Reflector.Status.Error is { IsForbidden: true });
        Assert.Equal("a:1", _test.Names);
        Assert.True(_test.Reflector.Status.IsSynced);
        forbidden = false;
        _test.Put("b", 1);
        await _test.UntilNames("a:1 b:1");
        await _test.Until(() => _test.Reflector.Status.Error is null);
    }

    [Fact]
    public async Task Watch_DuplicateAndLateEvents_ChangeNothing()
    {
        _test.Put("a", 1);
        _test.Start();
        await _test.UntilNames("a:1");
        await _test.Until(() => _test.Watches() == 1);
        _test.Server.Script = async e =>
        {
            if (e.Query("watch") is null || _test.Watches() > 2)
                return false;
            await e.BeginStreamAsync();
            await e.StreamAsync(Event("ADDED", "x", 1000, 5) + Event("MODIFIED", "x", 1002, 7) + Event("MODIFIED", "x", 1001, 6) + Event("ADDED", "x", 1000, 5)
                + Event("DELETED", "a", 1003, 1) + Event("MODIFIED", "a", 999, 9) + Event("UNKNOWN", "u", 1004, 1) + Event("ADDED", "z", 1005, 1));
            await e.HangAsync();
            return true;
        };
        _test.Server.Disconnect();
        await _test.UntilNames("x:7 z:1");
        Assert.Equal(["+a", "+x", "+x", "-a", "+z"], _test.Log);

        static string Event(string type, string name, int version, int port) =>
            $$$$"""{"type":"{{{{type}}}}","object":{"metadata":{"name":"{{{{name}}}}","namespace":"shop","uid":"{{{{name}}}}","resourceVersion":"{{{{version}}}}"},"spec":{"ports":[{"port":{{{{port}}}}}]}}}""" + "\n";
    }

    private async Task ExpireAsync()
    {
        await _test.Until(() => _test.Watches() > 0);
        var lists = _test.Lists().Length;
        var refused = false;
        _test.Server.Script = async e =>
        {
            if (refused || e.Query("watch") is null)
                return false;
            refused = true;
            await e.BeginStreamAsync();
            await e.StreamAsync("""{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}""");
            await e.EndStreamAsync();
            return true;
        };
        _test.Server.Disconnect();
        await _test.Until(() => _test.Lists().Length == lists + 1);
    }
}
