namespace ControlPlane.Kubernetes.Tests.Reflectors;

/// <summary>Lists that come as the beginning of a watch.</summary>
public sealed class StreamedListTests : IAsyncLifetime
{
    private readonly ReflectorHarness _test = new();

    public StreamedListTests() => _test.Server.Minor = 32;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _test.DisposeAsync();

    [Fact]
    public async Task K09_ServerThatStreamsLists_IsAskedForNoOther()
    {
        _test.Put("a", 1);
        _test.Put("b", 1);
        _test.Start();
        await _test.UntilNames("a:1 b:1");
        _test.Put("c", 1);
        await _test.UntilNames("a:1 b:1 c:1");
        Assert.Equal(1, _test.SyncedCalls);
        Assert.Empty(_test.Lists());
        Assert.Equal(1, _test.Watches());
        Assert.Contains(_test.Server.Requests, r => r.Contains("sendInitialEvents=true&resourceVersionMatch=NotOlderThan", StringComparison.Ordinal));
    }

    [Fact]
    public async Task K09_RelistAfterExpiry_GivesTheExactDifference()
    {
        _test.Put("a", 1);
        _test.Put("b", 1);
        _test.Put("c", 1);
        _test.Start();
        await _test.UntilNames("a:1 b:1 c:1");
        lock (_test.Log)
            _test.Log.Clear();
        _test.Server.Script = async e =>
        {
            // The watch that is made anew after the cut finds its version forgotten.
            if (e.Query("watch") is null || e.Query("sendInitialEvents") is not null)
                return false;
            await e.FailAsync(410, "Expired");
            return true;
        };
        _test.Server.Disconnect();
        await _test.Until(() => _test.SyncedCalls >= 1);
        _test.Delete("a");
        _test.Put("b", 2);
        await _test.UntilNames("b:2 c:1");
        Assert.DoesNotContain("+c", _test.Log);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(422)]
    public async Task K09_ServerThatRefusesToStream_IsAskedForListsFromThenOn(int code)
    {
        _test.Put("a", 1);
        _test.Server.Script = async e =>
        {
            if (e.Query("sendInitialEvents") is null)
                return false;
            await e.FailAsync(code, "Invalid", "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled");
            return true;
        };
        _test.Start();
        await _test.UntilNames("a:1");
        _test.Server.Compact();
        _test.Server.Disconnect();
        _test.Put("b", 1);
        await _test.UntilNames("a:1 b:1");
        Assert.Single(_test.Server.Requests, r => r.Contains("sendInitialEvents", StringComparison.Ordinal));
    }

    [Fact]
    public async Task K09_OldServerThatWouldIgnoreTheWish_IsNotAsked()
    {
        _test.Server.Minor = 26;
        _test.Put("a", 1);
        _test.Start();
        await _test.UntilNames("a:1");
        Assert.DoesNotContain(_test.Server.Requests, r => r.Contains("sendInitialEvents", StringComparison.Ordinal));
    }

    [Fact]
    public async Task K08_SyntheticEvents_MoveTheVersionOnlyWhenAllHaveCome()
    {
        var cut = false;
        _test.Server.Script = async e =>
        {
            if (e.Query("sendInitialEvents") is null || cut)
                return false;
            cut = true;
            await e.BeginStreamAsync();
            await e.StreamAsync(Added("z", 9999) + Added("y", 3));
            e.Abort();
            return true;
        };
        _test.Put("a", 1);
        _test.Start();
        // What came before the cut was never in force, and 9999 is not taken for the state that is known.
        await _test.UntilNames("a:1");
        Assert.DoesNotContain("+z", _test.Log);
        Assert.DoesNotContain(_test.Server.Requests, r => r.Contains("9999", StringComparison.Ordinal));

        static string Added(string name, int version) =>
            $$$"""{"type":"ADDED","object":{"metadata":{"name":"{{{name}}}","namespace":"shop","uid":"{{{name}}}","resourceVersion":"{{{version}}}"},"spec":{"ports":[{"port":1}]} } }""" + "\n";
    }
}
