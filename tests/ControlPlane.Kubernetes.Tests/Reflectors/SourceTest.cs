using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Tests.Files;
using ControlPlane.Kubernetes.Tests.Server;

namespace ControlPlane.Kubernetes.Tests.Reflectors;

/// <summary>Tests of a source over a server of its own, which no limit of requests holds up.</summary>
public abstract class SourceTest : IAsyncLifetime
{
    private Task _running = Task.CompletedTask;

    private protected SourceTest(ReflectorOptions? options = null, TimeProvider? time = null, Random? random = null)
    {
        var limits = new KubernetesOptions { Client = new ApiClientOptions { QueriesPerSecond = 10_000, Burst = 10_000 } };
        Source = new KubernetesSource(
            new ClusterConnection { Server = Server.Address }, options is null ? limits : limits with { Reflectors = options }, time ?? TimeProvider.System, random ?? Random.Shared);
    }

    private protected FakeApiServer Server { get; } = new();

    private protected RecordingSink Sink { get; } = new();

    private protected KubernetesSource Source { get; }

    private protected CancellationTokenSource Stop { get; } = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Stop.CancelAsync();
        await Server.DisposeAsync();
        await _running;
        Stop.Dispose();
    }

    private protected void Run() => _running = Task.Run(() => Source.RunAsync(Sink, Stop.Token));
}
