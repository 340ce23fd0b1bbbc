using System.Text.Json.Nodes;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Tests.Server;
using ControlPlane.Kubernetes.Writers.Statuses;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Tests.Writers;

public sealed class StatusWriterTests : IAsyncLifetime
{
    private const string Routes = "/apis/networking.istio.io/v1/virtualservices";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly StatusTarget Target = new("networking.istio.io/v1", "virtualservices", "shop", "web");

    private readonly FakeApiServer _server = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly KubernetesCluster _cluster;
    private readonly List<string> _failed = [];
    private bool _leads = true;
    private Task _running = Task.CompletedTask;

    public StatusWriterTests()
    {
        _cluster = new KubernetesCluster(
            new ClusterConnection { Server = _server.Address },
            new KubernetesOptions { Resilience = new() { Retries = 1, FirstDelay = TimeSpan.FromMilliseconds(1), MinimumThroughput = 1000 } }, TimeProvider.System, Random.Shared);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _server.DisposeAsync();
        _cluster.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Set_OnAnObjectWithAStatus_LeavesWhatIsOfOthers()
    {
        Put("""{"conditions":[{"type":"Other","status":"True"}],"more":1}""");
        var writer = Start();
        writer.Set(Target, Condition(ConditionStatus.False, "Errors", "no such host"));
        await Until(() => writer.Written == 1);
        var status = Status();
        Assert.Equal("1 Other Valid", $"{status["more"]} {string.Join(' ', status["conditions"]!.AsArray().Select(c => c!["type"]))}");
        var ours = status["conditions"]![1]!;
        Assert.Equal("False Errors no such host", $"{ours["status"]} {ours["reason"]} {ours["message"]}");
    }

    [Fact]
    public async Task Set_OfWhatIsThere_WritesNothing()
    {
        Put("{}");
        var writer = Start();
        writer.Set(Target, Condition(ConditionStatus.True, "a", "b"));
        await Until(() => writer.Written == 1);
        writer.Set(Target, Condition(ConditionStatus.True, "a", "b"));
        await Until(() => writer.Length == 0);
        Assert.Equal(1, writer.Written);
        // Another message is written, the time of the transition stays; another value moves it.
        var since = Since();
        writer.Set(Target, Condition(ConditionStatus.True, "a", "c"));
        await Until(() => writer.Written == 2);
        Assert.Equal(since, Since());
        writer.Set(Target, (status, now) => StatusConditions.Set(status, new StatusCondition("Valid", ConditionStatus.False, "a", "c"), now.AddHours(1)));
        await Until(() => writer.Written == 3);
        Assert.NotEqual(since, Since());

        string Since() => Status()["conditions"]![0]!["lastTransitionTime"]!.ToString();
    }

    [Fact]
    public async Task Set_OfWhatTheMirrorHas_AsksForNothing()
    {
        Put("{}");
        var writer = Start();
        const string Known = """{"conditions":[{"type":"Valid","status":"True","reason":"a","message":"b","lastTransitionTime":"2020-01-01T00:00:00Z"}]}""";
        writer.Set(Target, Condition(ConditionStatus.True, "a", "b"), Known);
        await Until(() => writer.Length == 0);
        Assert.Empty(_server.Requests);
        // A mirror that lags is corrected by what is read.
        writer.Set(Target, Condition(ConditionStatus.True, "a", "c"), Known);
        await Until(() => writer.Written == 1);
        writer.Set(Target, Condition(ConditionStatus.True, "a", "c"), "");
        await Until(() => writer.Length == 0);
        Assert.Equal((1, 3), (writer.Written, _server.Requests.Count));
    }

    [Fact]
    public async Task Conflict_WithAnotherWriter_LosesNothingOfEither()
    {
        Put("{}");
        var meddled = 0;
        _server.Script = exchange =>
        {
            // Between our reading and our writing, three times.
            if (exchange.Method == "PUT" && meddled++ < 3)
                Put($$"""{"others":{{meddled}}}""");
            return Task.FromResult(false);
        };
        var writer = Start(conflicts: 1);
        writer.Set(Target, Condition(ConditionStatus.True, "a", "b"));
        await Until(() => writer.Written == 1);
        Assert.Equal("3 True", $"{Status()["others"]} {Status()["conditions"]![0]!["status"]}");
        Assert.Empty(_failed);
    }

    [Fact]
    public async Task Set_WithoutTheLock_WritesOnlyOnceItIsHeld()
    {
        Put("{}");
        _leads = false;
        var writer = Start();
        writer.Set(Target, Condition(ConditionStatus.True, "a", "b"));
        writer.Set(Target with { Name = "gone" }, Condition(ConditionStatus.True, "a", "b"));
        await Task.Delay(100);
        Assert.Empty(_server.Requests);
        _leads = true;
        await Until(() => writer.Written == 1 && writer.Length == 0);
    }

    [Fact]
    public async Task Right_ThatIsMissing_IsToldOnceAndTriedAgain()
    {
        Put("{}");
        var forbidden = true;
        _server.Script = async exchange =>
        {
            if (forbidden)
                await exchange.FailAsync(403, "Forbidden");
            return forbidden;
        };
        var writer = Start();
        writer.Set(Target, Condition(ConditionStatus.True, "a", "b"));
        await Until(() => _server.Requests.Count > 3);
        forbidden = false;
        await Until(() => writer.Written == 1);
        Assert.Equal("virtualservices shop/web 403 Forbidden: as scripted", Assert.Single(_failed));
    }

    [Fact]
    public async Task ManySets_OfOneObject_AreFewWritesAndTheLastCounts()
    {
        Put("{}");
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Script = async _ =>
        {
            await held.Task;
            return false;
        };
        var writer = Start();
        for (var i = 0; i < 500; i++)
            writer.Set(Target, Condition(ConditionStatus.True, "a", $"message {i}"));
        held.SetResult();
        await Until(() => writer.Length == 0);
        Assert.Equal("message 499", Status()["conditions"]![0]!["message"]!.ToString());
        Assert.InRange(writer.Written, 1, 2);
    }

    [Fact]
    public void Findings_OfAnObject_AreSortedAndTakenBack()
    {
        var status = new JsonObject { ["more"] = 1 };
        ConfigFindings.Edit([])(status, Now);
        Assert.Equal("""{"more":1}""", status.ToJsonString());
        var key = new ObjectKey("shop", "web");
        ConfigFindings.Edit([new Diagnostic(Severity.Warning, "CP1", "VirtualService", key, "spec.b", "odd"), new Diagnostic(Severity.Error, "CP2", "VirtualService", key, "spec.a", "wrong")])(status, Now);
        Assert.Equal("CP2 ERROR, CP1 WARNING", string.Join(", ", status["validationMessages"]!.AsArray().Select(m => $"{m!["type"]!["code"]} {m["level"]}")));
        var condition = Assert.Single(status["conditions"]!.AsArray())!;
        Assert.Equal("Valid False Errors error CP2 spec.a: wrong\nwarning CP1 spec.b: odd", $"{condition["type"]} {condition["status"]} {condition["reason"]} {condition["message"]}");
        Assert.True(ConfigFindings.AreIn(status));
        ConfigFindings.Edit([])(status, Now);
        Assert.Equal("""{"more":1,"conditions":[{"type":"Valid","status":"True","reason":"NoFindings","message":"nothing is wrong any more","lastTransitionTime":"2026-01-01T00:00:00Z"}]}""", status.ToJsonString());
    }

    private static StatusEdit Condition(ConditionStatus value, string reason, string message) =>
        (status, now) => StatusConditions.Set(status, new StatusCondition("Valid", value, reason, message), now);

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, "waited in vain");
            await Task.Delay(5);
        }
    }

    private StatusWriter Start(int conflicts = 3)
    {
        var writer = _cluster.WriteStatuses(
            new StatusOptions
            {
                RequestsPerSecond = 10_000, Conflicts = conflicts, Queue = new() { FirstDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(20) },
                Failed = (target, reason) => _failed.Add($"{target} {reason}"),
            },
            () => _leads);
        _running = writer.RunAsync(_stop.Token);
        return writer;
    }

    private JsonNode Status() => JsonNode.Parse(_server.State(Routes, o => o["status"]!.ToJsonString())[0])!;

    private void Put(string status) => _server.Put(Routes, $$"""{"metadata":{"name":"web","namespace":"shop"},"spec":{},"status":{{status}} }""");
}
