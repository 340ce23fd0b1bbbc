using System.Text.Json.Nodes;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Tests.Server;
using ControlPlane.Kubernetes.Writers.Events;

namespace ControlPlane.Kubernetes.Tests.Writers;

public sealed class EventWriterTests : IAsyncLifetime
{
    private const string List = "/api/v1/events";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly EventRegarding Pod = new("v1", "Pod", "shop", "reviews-v1-abc", "uid-1");

    private readonly FakeApiServer _server = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(EventRecord Record, string Why)> _givenUp = [];
    private KubernetesCluster? _cluster;
    private Task _running = Task.CompletedTask;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _server.DisposeAsync();
        _cluster?.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Post_OfAnEvent_WritesAllThatKubectlDescribeShows()
    {
        var writer = Start();
        Assert.True(writer.Post(Record("Injected", "sidecar added")));
        await Until(() => writer.Created == 1);
        var written = JsonNode.Parse(Assert.Single(_server.State(List, o => o.ToJsonString())))!;
        Assert.Equal("shop", (string?)written["metadata"]!["namespace"]);
        Assert.StartsWith("reviews-v1-abc.", (string?)written["metadata"]!["name"], StringComparison.Ordinal);
        Assert.Equal("Warning Injected sidecar added 1 controlplane", $"{written["type"]} {written["reason"]} {written["message"]} {written["count"]} {written["source"]!["component"]}");
        Assert.Equal("v1 Pod shop reviews-v1-abc uid-1", string.Join(' ', new[] { "apiVersion", "kind", "namespace", "name", "uid" }.Select(f => (string?)written["involvedObject"]![f])));
        Assert.Equal((string?)written["firstTimestamp"], (string?)written["lastTimestamp"]);
    }

    [Fact]
    public async Task Post_OfTheSameManyTimes_RaisesTheCountOfOneEventInFewRequests()
    {
        var writer = Start();
        Post(writer, 3);
        await Until(() => Counts() == "3");
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Script = async _ =>
        {
            await held.Task;
            return false;
        };
        Post(writer, 15);
        held.SetResult();
        await Until(() => Counts() == "18");
        await Until(() => writer.Created + writer.Repeated >= 2);
        Assert.InRange(writer.Created + writer.Repeated, 2, 8);
        Assert.Equal(18, writer.Posted);

        static void Post(EventWriter writer, int times)
        {
            for (var i = 0; i < times; i++)
                Assert.True(writer.Post(Record("Injected", "same")));
        }
    }

    [Fact]
    public async Task Event_ThatTheServerForgot_IsMadeAnew()
    {
        var writer = Start();
        writer.Post(Record("Injected", "same"));
        await Until(() => Counts() == "1");
        _server.Delete(List, "shop", _server.State(List, o => (string)o["metadata"]!["name"]!)[0]);
        writer.Post(Record("Injected", "same"));
        await Until(() => Counts() == "2");
        await Until(() => writer.Created == 2);
    }

    [Fact]
    public async Task Answer_ThatIsLost_MakesNoSecondEvent()
    {
        var lost = 0;
        _server.Script = async exchange =>
        {
            if (exchange.Method != "POST" || Interlocked.Exchange(ref lost, 1) == 1)
                return false;
            // Carried out, but nobody hears of it.
            var made = JsonNode.Parse(exchange.Body)!;
            _server.Put(List, made.ToJsonString());
            await exchange.FailAsync(503, "ServiceUnavailable");
            return true;
        };
        var writer = Start();
        writer.Post(Record("Injected", "same"));
        await Until(() => writer.Created == 1);
        Assert.Equal("1", Counts());
        Assert.Equal(1, lost);
    }

    [Fact]
    public async Task Flood_OnOneObject_IsCutOffAndOthersGoOn()
    {
        var writer = Start(new EventOptions { ObjectBurst = 3 });
        Assert.Equal(3, Enumerable.Range(0, 10).Count(i => writer.Post(Record("Injected", $"message {i}"))));
        Assert.True(writer.Post(Record("Injected", "other") with { Regarding = Pod with { Name = "other" } }));
        await Until(() => writer.Created == 4);
        Assert.Equal((4, 7), (writer.Posted, writer.Dropped));
    }

    [Fact]
    public async Task Queue_ThatIsFull_DropsNewEventsAndForgetsWrittenOnes()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Script = async exchange =>
        {
            await held.Task;
            return false;
        };
        var writer = Start(new EventOptions { Capacity = 3 });
        Assert.Equal(3, Enumerable.Range(0, 5).Count(i => writer.Post(Record("Injected", $"message {i}") with { Regarding = Pod with { Name = $"p{i}" } })));
        held.SetResult();
        await Until(() => writer.Created == 3);
        Assert.True(writer.Post(Record("Injected", "one more")));
        await Until(() => writer.Created == 4);
        Assert.Equal(2, writer.Dropped);
    }

    [Fact]
    public async Task Right_ThatIsMissing_GivesTheEventUpAndSaysSo()
    {
        _server.Terminating.Add("shop");
        var writer = Start();
        _server.Script = async exchange =>
        {
            await exchange.FailAsync(403, "Forbidden");
            return true;
        };
        writer.Post(Record("Injected", "same"));
        await Until(() =>
        {
            lock (_givenUp)
                return _givenUp.Count > 0;
        });
        lock (_givenUp)
            Assert.Contains("403", Assert.Single(_givenUp).Why, StringComparison.Ordinal);
        Assert.Equal(1, writer.Failed);
        // It is not remembered as written: next time is a new try.
        _server.Script = _ => Task.FromResult(false);
        _server.Terminating.Clear();
        writer.Post(Record("Injected", "same"));
        await Until(() => writer.Created == 1);
    }

    [Theory]
    [InlineData("reviews-v1-", "reviews-v1.")]
    [InlineData("", ".")]
    public async Task Name_OfAnObjectWithoutNameYet_IsAllowed(string name, string prefix)
    {
        var writer = Start();
        writer.Post(Record("Injected", new string('x', 5000)) with { Regarding = Pod with { Name = name.Length == 0 ? new string('a', 253) : name, Namespace = "" } });
        await Until(() => writer.Created == 1);
        var made = _server.State(List, o => $"{o["metadata"]!["namespace"]} {o["metadata"]!["name"]} {((string)o["message"]!).Length}")[0].Split(' ');
        Assert.Equal(("default", EventRecord.MaxMessage.ToString(System.Globalization.CultureInfo.InvariantCulture)), (made[0], made[2]));
        Assert.InRange(made[1].Length, 1, 253);
        Assert.Contains(prefix, made[1], StringComparison.Ordinal);
        Assert.DoesNotContain("-.", made[1], StringComparison.Ordinal);
    }

    private static EventRecord Record(string reason, string message) => new(Pod, EventType.Warning, reason, message);

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, "waited in vain");
            await Task.Delay(5);
        }
    }

    private string Counts() => string.Join(' ', _server.State(List, o => o["count"]!.ToString()));

    private EventWriter Start(EventOptions? options = null)
    {
        _cluster = new KubernetesCluster(
            new ClusterConnection { Server = _server.Address },
            new KubernetesOptions
            {
                Events = (options ?? new EventOptions()) with
                {
                    Component = "controlplane", RequestsPerSecond = 1000,
                    Queue = new() { FirstDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(40) },
                },
                Resilience = new() { Retries = 1, FirstDelay = TimeSpan.FromMilliseconds(1), MinimumThroughput = 1000 },
            },
            TimeProvider.System, Random.Shared);
        _cluster.Events.GivenUp += (record, why) =>
        {
            lock (_givenUp)
                _givenUp.Add((record, why));
        };
        _running = _cluster.Events.RunAsync(_stop.Token);
        return _cluster.Events;
    }
}
