using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Leases;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Tests.Server;

namespace ControlPlane.Kubernetes.Tests.Leases;

public sealed class LeaderElectionTests : IAsyncLifetime
{
    private const string Lease = "/apis/coordination.k8s.io/v1/leases";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeApiServer _server = new();
    private readonly List<KubernetesCluster> _clusters = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _clusters.ForEach(c => c.Dispose());
    }

    [Theory]
    [InlineData(15, 15, 7)]
    [InlineData(30, 15, 13)]
    [InlineData(30, 15, 0)]
    public void K30_DelaysWithWhichTwoCouldLead_AreRefused(int lease, int renew, int retry)
    {
        var options = Options("a") with
        {
            LeaseDuration = TimeSpan.FromSeconds(lease), RenewDeadline = TimeSpan.FromSeconds(renew), RetryPeriod = TimeSpan.FromSeconds(retry),
        };
        Assert.Contains("lease duty", Assert.Throws<ArgumentException>(() => Election(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void K30_Defaults_AreIstiodsAndFit()
    {
        var options = new LeaseOptions { Namespace = "n", Name = "duty", Identity = "a" };
        options.Validate();
        Assert.Equal((30, 15, 7.5), (options.LeaseDuration.TotalSeconds, options.RenewDeadline.TotalSeconds, options.RetryPeriod.TotalSeconds));
    }

    [Fact]
    public async Task RunAsync_TwoReplicas_LeadOneAtATimeAndTheOtherTakesOver()
    {
        using var stopA = new CancellationTokenSource();
        using var stopB = new CancellationTokenSource();
        var time = new ManualTime();
        var (a, b) = (Election(Options("a"), time), Election(Options("b"), time));
        var (dutyA, dutyB) = (new Duty(), new Duty());
        var runA = a.RunAsync(dutyA.RunAsync, stopA.Token);
        await dutyA.Begun.Task.WaitAsync(Patience);
        var runB = b.RunAsync(dutyB.RunAsync, stopB.Token);
        Assert.True(a.IsLeader);
        for (var tries = 0; tries < 10; tries++)
        {
            await UntilAsync(() => time.DueWithin(Pause(Options("a"))) == 2);
            time.Advance(Pause(Options("a")));
        }

        await UntilAsync(() => time.DueWithin(Pause(Options("a"))) == 2);
        Assert.False(b.IsLeader);
        Assert.Equal("a", Holder());
        await stopA.CancelAsync();
        await runA.WaitAsync(Patience);
        // Given back, so that b need not wait for the lease to expire.
        await AdvanceUntilAsync(time, Options("b"), () => dutyB.Begun.Task.IsCompleted);
        Assert.Equal("b", Holder());
        await stopB.CancelAsync();
        await runB.WaitAsync(Patience);
        Assert.Equal("", Holder());
    }

    [Fact]
    public async Task K31_LockThatCannotBeRenewed_EndsTheDutyBeforeItExpiresForOthers()
    {
        using var stop = new CancellationTokenSource();
        var time = new ManualTime();
        var options = Options("a") with { LeaseDuration = TimeSpan.FromSeconds(3), RenewDeadline = TimeSpan.FromSeconds(1), RetryPeriod = TimeSpan.FromMilliseconds(100) };
        var election = Election(options, time);
        var duty = new Duty();
        var run = election.RunAsync(duty.RunAsync, stop.Token);
        await duty.Begun.Task.WaitAsync(Patience);
        var down = true;
        _server.Script = async e =>
        {
            if (down)
                await e.FailAsync(500, "InternalError");
            return down;
        };
        var cut = time.GetUtcNow();
        await AdvanceUntilAsync(time, options, () => duty.Ended.Task.IsCompleted);
        Assert.InRange((time.GetUtcNow() - cut).TotalSeconds, 0.5, options.LeaseDuration.TotalSeconds - 0.5);
        Assert.False(election.IsLeader);
        down = false;
        await AdvanceUntilAsync(time, options, () => duty.Turns == 2);
        await stop.CancelAsync();
        await run.WaitAsync(Patience);
    }

    [Fact]
    public async Task K31_LockThatAnotherTook_EndsTheDuty()
    {
        using var stop = new CancellationTokenSource();
        var duty = new Duty();
        var run = Election(Options("a")).RunAsync(duty.RunAsync, stop.Token);
        await duty.Begun.Task.WaitAsync(Patience);
        _server.Put(Lease, """{"metadata":{"name":"duty","namespace":"istio-system"},"spec":{"holderIdentity":"thief","leaseDurationSeconds":30,"renewTime":"2026-01-01T00:00:00.000000Z","leaseTransitions":5}}""");
        await duty.Ended.Task.WaitAsync(Patience);
        await stop.CancelAsync();
        await run.WaitAsync(Patience);
        Assert.Equal("thief", Holder());
    }

    [Fact]
    public async Task K31_ThousandTurns_BeginCleanAndLeakNothing()
    {
        using var stop = new CancellationTokenSource();
        var turns = 0;
        var running = 0;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var election = Election(Options("a") with { RetryPeriod = TimeSpan.FromMilliseconds(0.1) });
        var turnsSeen = new List<WeakReference>();
        var run = election.RunAsync(
            stopTurn =>
            {
                Assert.Equal(1, Interlocked.Increment(ref running));
                turnsSeen.Add(Remember(stopTurn));
                if (++turns == 1000)
                    done.TrySetResult();
                Interlocked.Decrement(ref running);
                return Task.CompletedTask;
            },
            stop.Token);
        await done.Task.WaitAsync(Patience * 4);
        await stop.CancelAsync();
        await run.WaitAsync(Patience);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        // The last turn may still be on some stack.
        Assert.InRange(turnsSeen.Count(t => t.IsAlive), 0, 2);

        // Lives as long as anything holds the turn's token.
        static WeakReference Remember(CancellationToken token)
        {
            var state = new object();
            token.Register(static _ => { }, state);
            return new WeakReference(state);
        }
    }

    private static LeaseOptions Options(string identity) => new()
    {
        Namespace = "istio-system", Name = "duty", Identity = identity,
        LeaseDuration = TimeSpan.FromSeconds(20), RenewDeadline = TimeSpan.FromSeconds(10), RetryPeriod = TimeSpan.FromMilliseconds(20),
    };

    /// <summary>The longest time that a candidate, or the holder, waits between two tries.</summary>
    private static TimeSpan Pause(LeaseOptions options) => options.RetryPeriod * LeaseOptions.RetrySpread;

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, "waited in vain");
            await Task.Delay(1);
        }
    }

    /// <summary>Moves the clock whenever somebody waits for it; requests take the time that they need.</summary>
    private static Task AdvanceUntilAsync(ManualTime time, LeaseOptions options, Func<bool> condition) => UntilAsync(() =>
    {
        if (condition())
            return true;
        if (time.DueWithin(Pause(options)) > 0)
            time.Advance(Pause(options));
        return false;
    });

    private LeaderElection Election(LeaseOptions options, TimeProvider? time = null)
    {
        var cluster = new KubernetesCluster(
            new ClusterConnection { Server = _server.Address },
            new KubernetesOptions
            {
                Client = new() { QueriesPerSecond = 100_000, Burst = 100_000 }, Resilience = new() { Retries = 1, FirstDelay = TimeSpan.FromMilliseconds(1) },
            },
            time ?? TimeProvider.System, Random.Shared);
        _clusters.Add(cluster);
        return cluster.Elect(options);
    }

    private string Holder() => Assert.Single(_server.State(Lease, o => o["spec"]!["holderIdentity"]!.GetValue<string>()));

    private sealed class Duty
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Turns { get; private set; }

        public async Task RunAsync(CancellationToken stop)
        {
            Turns++;
            Begun.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            finally
            {
                Ended.TrySetResult();
            }
        }
    }
}
