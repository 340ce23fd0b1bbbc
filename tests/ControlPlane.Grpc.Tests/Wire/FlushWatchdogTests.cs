using ControlPlane.Grpc.Tests.Support;
using ControlPlane.Grpc.Wire;

namespace ControlPlane.Grpc.Tests.Wire;

public sealed class FlushWatchdogTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(8);

    private readonly ManualTime _time = new();

    [Fact]
    public void Wait_LongerThanTimeout_IsReportedOnce()
    {
        using var watchdog = new FlushWatchdog(Timeout, _time);
        var stalls = 0;
        var guard = new FlushGuard(watchdog, () => stalls++);
        guard.Enter();
        _time.Advance(Timeout - TimeSpan.FromMilliseconds(1));
        Assert.Equal(0, stalls);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, stalls);
        _time.Advance(Timeout * 3);
        Assert.Equal(1, stalls);
        guard.Leave();
    }

    [Fact]
    public void Wait_EndsInTime_IsNotReported()
    {
        using var watchdog = new FlushWatchdog(Timeout, _time);
        var stalls = 0;
        var guard = new FlushGuard(watchdog, () => stalls++);
        for (var i = 0; i < 5; i++)
        {
            guard.Enter();
            _time.Advance(Timeout / 2);
            guard.Leave();
        }

        _time.Advance(Timeout * 3);
        Assert.Equal(0, stalls);
    }

    [Fact]
    public void Waits_OfDifferentStart_AreReportedEachInItsTime()
    {
        using var watchdog = new FlushWatchdog(Timeout, _time);
        var stalled = new List<string>();
        var first = new FlushGuard(watchdog, () => stalled.Add("first"));
        var second = new FlushGuard(watchdog, () => stalled.Add("second"));
        first.Enter();
        _time.Advance(Timeout / 2);
        second.Enter();
        _time.Advance((Timeout / 2) + TimeSpan.FromSeconds(1));
        Assert.Equal(["first"], stalled);
        _time.Advance(Timeout / 2);
        Assert.Equal(["first", "second"], stalled);
    }

    [Fact]
    public void Timer_NothingWaits_DoesNotRun()
    {
        using var watchdog = new FlushWatchdog(Timeout, _time);
        var guard = new FlushGuard(watchdog, () => { });
        Assert.Equal(0, _time.ArmedTimers);
        guard.Enter();
        Assert.Equal(1, _time.ArmedTimers);
        guard.Leave();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(0, _time.ArmedTimers);
    }
}
