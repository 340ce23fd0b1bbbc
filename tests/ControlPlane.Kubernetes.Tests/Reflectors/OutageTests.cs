using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Tests.Server;

namespace ControlPlane.Kubernetes.Tests.Reflectors;

/// <summary>An API server that is gone for an hour, by a clock that the test moves, with the delays of production.</summary>
public sealed class OutageTests : SourceTest
{
    private const string Services = "/api/v1/services";
    private static readonly TimeSpan Outage = TimeSpan.FromHours(1);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualTime _time;

    public OutageTests()
        : this(new ManualTime())
    {
    }

    private OutageTests(ManualTime time)
        : base(time: time, random: new Random(3)) => _time = time;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task K26_ServerThatIsGoneForAnHour_CostsAtMostOneListPerKind(bool refuses, bool forgets)
    {
        Put("before");
        Run();
        await StepUntilAsync(() => Sink.Synced.Times == 1 && Source.Status.All(s => s.Watches == 1));
        var lists = Lists();
        var batches = Sink.Batches;

        // Gone, or there but overloaded.
        Server.Script = async e =>
        {
            if (refuses)
                await e.FailAsync(503, "ServiceUnavailable");
            else
                e.Abort();
            return true;
        };
        Server.Disconnect();
        await UntilAsync(() => Source.Status.All(s => s.Error is not null));
        var (gone, asked) = (_time.GetUtcNow(), Server.Requests.Count);
        while (_time.GetUtcNow() < gone + Outage)
            await StepAsync();

        // The last state is kept, its age is known, and the server is left in peace.
        Assert.Equal((batches, "before:1"), (Sink.Batches, Sink.Services));
        Assert.All(Source.Status, s => Assert.True(s is { IsSynced: true, Error: not null } && _time.GetUtcNow() - s.LastHeard >= Outage, $"{s}"));
        Assert.Equal(Source.Status.Count, Source.Diagnostics.Count(d => d.Message.Contains("the last state stays", StringComparison.Ordinal)));
        Assert.InRange((Server.Requests.Count - asked) / (double)Source.Status.Count, 60, Outage.TotalSeconds / 10);
        Assert.Equal(lists, Lists());

        Put("after");
        if (forgets)
            Server.Compact();
        Server.Script = _ => Task.FromResult(false);
        var back = _time.GetUtcNow();
        // A watch is accepted before the server says that it has forgotten where it was.
        var expected = lists.Select(l => l + (forgets ? 1 : 0)).ToArray();
        await StepUntilAsync(() => Sink.Services == "after:1 before:1" && Source.Status.All(s => s.Error is null) && Lists().SequenceEqual(expected));
        Assert.InRange(_time.GetUtcNow() - back, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.Equal(expected, Lists());
        Assert.Equal(batches + 1, Sink.Batches);
        await UntilAsync(() => Source.Diagnostics.Count == 0);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, "waited in vain");
            await Task.Delay(1);
        }
    }

    /// <summary>Moves the clock once all mirrors wait for their next try. A request that is under way has a timer too, but one that is far off.</summary>
    private async Task StepAsync()
    {
        await UntilAsync(() => _time.DueWithin(new ReflectorOptions().MaxBackoff) >= Source.Status.Count);
        _time.Advance(Step);
    }

    /// <summary>Moves the clock only when all mirrors that failed wait for their next try: what is under way takes the time that it needs.</summary>
    private async Task StepUntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(patience.IsCancellationRequested, string.Join('\n', Source.Status));
            var failed = Source.Status.Count(s => s.Error is not null);
            if (failed > 0 && _time.DueWithin(new ReflectorOptions().MaxBackoff) >= failed)
                _time.Advance(Step);
            else
                await Task.Delay(1);
        }
    }

    private int[] Lists() => [.. Source.Status.Select(s => s.Lists)];

    private void Put(string name) => Server.Put(Services, $$"""{"metadata":{"name":"{{name}}","namespace":"shop"},"spec":{"ports":[{"port":1}]} }""");
}
