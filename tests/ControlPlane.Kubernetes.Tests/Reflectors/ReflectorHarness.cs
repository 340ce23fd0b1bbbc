using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Kubernetes.Tests.Server;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Tests.Reflectors;

/// <summary>A reflector of Services against a server in memory, with delays fit for tests.</summary>
internal sealed class ReflectorHarness : IReflectorSink, IAsyncDisposable
{
    public const string Services = "/api/v1/services";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _stop = new();
    private readonly ApiClient _client;
    private readonly Lock _lock = new();
    private Task _running = Task.CompletedTask;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ReflectorHarness(ApiClientOptions? options = null, string? token = null)
    {
        _client = new ApiClient(
            new ClusterConnection { Server = Server.Address, Token = token ?? "" },
            options ?? new ApiClientOptions { QueriesPerSecond = 10_000, Burst = 10_000 }, TimeProvider.System);
        Reflector = new Reflector(
            _client, new ReflectorTarget(ResourceCatalog.Find("", "Service")!, "v1"), new ResourceOptions(), Options, TimeProvider.System, new Random(1), this);
    }

    public static ReflectorOptions Options { get; } = new()
    {
        FirstBackoff = TimeSpan.FromMilliseconds(5),
        MaxBackoff = TimeSpan.FromMilliseconds(20),
        ShortWatch = TimeSpan.Zero,
        AbsentRetry = TimeSpan.FromMilliseconds(20),
        PageSize = 3,
    };

    public FakeApiServer Server { get; } = new();

    public Reflector Reflector { get; }

    public MeshSnapshot Snapshot { get; private set; } = MeshSnapshot.Empty;

    /// <summary>All changes so far, as text: "+name" and "-name".</summary>
    public List<string> Log { get; } = [];

    public int SyncedCalls { get; private set; }

    /// <summary>Thrown by the next call that applies changes.</summary>
    public Exception? Throw { get; set; }

    public string Names
    {
        get
        {
            lock (_lock)
                return string.Join(' ', Snapshot.Table(Tables.Services).All.Select(s => $"{s.Key.Name}:{s.Ports[0].Port}").Order(StringComparer.Ordinal));
        }
    }

    public void Start() => _running = Task.Run(() => Reflector.RunAsync(_stop.Token));

    public void Put(string name, int port) => Server.Put(
        Services, $$$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{{name}}}","namespace":"shop"},"spec":{"ports":[{"port":{{{port}}}}]}}""");

    public void Delete(string name) => Server.Delete(Services, "shop", name);

    public Task UntilNames(string names) => Until(() => Names == names, () => $"expected {names}, have {Names}");

    public async Task Until(Func<bool> condition, Func<string>? describe = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Task changed;
            lock (_lock)
                changed = _changed.Task;
            if (condition())
                return;
            // Not every condition is announced (requests are not): look again now and then.
            await Task.WhenAny(changed, Task.Delay(10));
            Assert.False(patience.IsCancellationRequested, $"waited in vain: {describe?.Invoke()} {Reflector.Status} {_running.Exception}");
        }
    }

    public string[] Lists() => [.. Server.Requests.Where(r => r.StartsWith(Services, StringComparison.Ordinal) && !r.Contains("watch=", StringComparison.Ordinal)).Select(r => r[Services.Length..])];

    public int Watches() => Server.Requests.Count(r => r.Contains("watch=", StringComparison.Ordinal));

    public void Apply(IReadOnlyList<ModelChange> changes)
    {
        lock (_lock)
        {
            if (Throw is { } e)
            {
                Throw = null;
                throw e;
            }

            Log.AddRange(changes.Select(c => c is ModelChange.Upsert u ? $"+{u.Value.Key.Name}" : $"-{((ModelChange.Delete)c).Key.Name}"));
            Snapshot = Snapshot.Apply(changes).Snapshot;
            Wake();
        }
    }

    public void Synced()
    {
        lock (_lock)
        {
            SyncedCalls++;
            Wake();
        }
    }

    public void FaultsChanged()
    {
        lock (_lock)
            Wake();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Server.DisposeAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        _client.Dispose();
        _stop.Dispose();
    }

    private void Wake()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
