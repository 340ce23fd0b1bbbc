using System.Diagnostics;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Pipeline.Tracing;

/// <summary>
/// The trace of what one round of the engine applied. Streams are counted, not traced one by one: a change that reaches 1,000 of them makes as many
/// spans as one that reaches ten with the same configurations. Answers come from the streams' threads.
/// </summary>
internal sealed class ChangeTrace
{
    private const int MaxPushes = 32;
    private const int MaxObjects = 8;
    private const int MaxRefusals = 8;

    // A client that answers nothing must not keep a span for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Activity _change;
    private Activity? _converge;
    private ITimer? _timer;
    private int _pushes;
    private int _told;
    private int _answered;
    private int _refused;
    private int _left;
    private bool _telling = true;
    private bool _ended;

    private ChangeTrace(TimeProvider time, Activity change) => (_time, _change) = (time, change);

    private int Awaited => _told - _answered - _left;

    /// <summary>Begins a trace; null where the sampler does not want it.</summary>
    /// <param name="time">Clock.</param>
    /// <param name="arrived">When the first of the changes came from its source.</param>
    /// <param name="begun">When the engine took them up.</param>
    /// <param name="snapshot">The snapshot that they made.</param>
    /// <param name="changes">The changes.</param>
    public static ChangeTrace? Start(TimeProvider time, DateTimeOffset arrived, DateTimeOffset begun, MeshSnapshot snapshot, ChangeSet changes)
    {
        if (Open("change", default, arrived) is not { IsAllDataRequested: true } change)
            return null;
        change.SetTag("controlplane.snapshot", snapshot.Number);
        change.SetTag("controlplane.changes", changes.Entries.Count);
        change.SetTag("controlplane.objects", changes.Entries.Take(MaxObjects).Select(entry => $"{entry.Table.Kind} {entry.Key}").ToArray());
        var trace = new ChangeTrace(time, change);
        trace.Close(Open("apply", change.Context, begun));
        return trace;
    }

    /// <summary>Engine's thread: begins the span of one configuration; null from the 33rd of a change on.</summary>
    public Activity? StartPush(ProxyClass proxyClass)
    {
        if (_pushes++ >= MaxPushes)
            return null;
        var push = Open("push", _change.Context, _time.GetUtcNow());
        push?.SetTag("controlplane.proxy.namespace", proxyClass.Namespace);
        return push;
    }

    /// <summary>Engine's thread: ends the span of one configuration.</summary>
    public void EndPush(Activity? push, int streams)
    {
        push?.SetTag("controlplane.streams", streams);
        Close(push);
    }

    /// <summary>Engine's thread: everyone whom the change concerns was told.</summary>
    public void EndTelling()
    {
        lock (_lock)
        {
            _telling = false;
            if (Awaited == 0)
                End();
            else
                _timer = _time.CreateTimer(static trace => ((ChangeTrace)trace!).GiveUp(), this, Patience, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Engine's thread: a stream was told, and an answer is to come.</summary>
    public void OnTold()
    {
        lock (_lock)
        {
            _told++;
            _converge ??= Open("converge", _change.Context, _time.GetUtcNow());
        }
    }

    /// <summary>A stream has answered everything; <paramref name="refusedBy"/> is its proxy if it refused some of it.</summary>
    public void OnAnswered(string? refusedBy)
    {
        lock (_lock)
        {
            if (_answered++ == 0)
                _converge?.AddEvent(new ActivityEvent("first answer", _time.GetUtcNow()));
            if (refusedBy is not null && _refused++ < MaxRefusals)
                _converge?.AddEvent(new ActivityEvent("refused", _time.GetUtcNow(), new ActivityTagsCollection { ["controlplane.proxy.id"] = refusedBy }));
            EndWithLast();
        }
    }

    /// <summary>A stream has ended, or waits for too much to be waited for.</summary>
    public void OnLeft()
    {
        lock (_lock)
        {
            _left++;
            EndWithLast();
        }
    }

    // The engine's thread has no current activity, and what a stream's thread has is left alone.
    private static Activity? Open(string name, ActivityContext parent, DateTimeOffset start)
    {
        var current = Activity.Current;
        Activity.Current = null;
        var activity = ChangeTracing.Source.StartActivity(name, ActivityKind.Internal, parent, startTime: start);
        Activity.Current = current;
        return activity;
    }

    private void Close(Activity? activity)
    {
        if (activity is null)
            return;
        var current = Activity.Current;
        activity.SetEndTime(_time.GetUtcNow().UtcDateTime);
        activity.Stop();
        Activity.Current = current;
    }

    private void GiveUp()
    {
        lock (_lock)
        {
            if (!_ended)
                End();
        }
    }

    private void EndWithLast()
    {
        if (!_telling && !_ended && Awaited == 0)
            End();
    }

    private void End()
    {
        _ended = true;
        _timer?.Dispose();
        _change.SetTag("controlplane.configurations", _pushes);
        _change.SetTag("controlplane.streams", _told);
        if (_converge is not null)
        {
            _converge.SetTag("controlplane.streams", _told);
            _converge.SetTag("controlplane.streams.acknowledged", _answered - _refused);
            _converge.SetTag("controlplane.streams.refused", _refused);
            _converge.SetTag("controlplane.streams.left", _left);
            _converge.SetTag("controlplane.streams.silent", Awaited);
            if (_refused > 0)
                _converge.SetStatus(ActivityStatusCode.Error, $"{_refused} of {_told} streams refused");
            else if (Awaited > 0)
                _converge.SetStatus(ActivityStatusCode.Error, $"{Awaited} of {_told} streams did not answer within {Patience.TotalSeconds} s");
        }

        Close(_converge);
        Close(_change);
    }
}
