using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace ControlPlane.Http2.Sockets;

/// <summary>
/// Tells readers that their sockets have something. One thread, the leader, asks the kernel for all connections of the process and lets the readers
/// run: what a small message brings about is done before another thread would have woken up. When a reader keeps it, a second thread takes its
/// place, and when there is much to do, the thread pool helps. .NET's own engine asks each socket a second time after each read, wakes two threads
/// where this wakes one, and needs some ten objects per connection.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as the process.")]
internal sealed class SocketPoller : IThreadPoolWorkItem
{
    // A reader that goes on for longer is left alone with its thread.
    private const int LongMilliseconds = 5;

    // For so long a work item of the pool takes one socket after the other; then other work has its turn.
    private const int TurnMilliseconds = 15;

    // What the leader has not done by then, the pool helps with.
    private static readonly long s_helpAfter = Stopwatch.Frequency / 5_000;

    private static readonly Lazy<SocketPoller> s_shared = new(static () => new SocketPoller());

    private readonly Epoll _epoll = new();
    private readonly SocketTable _table = new();
    private readonly ConcurrentQueue<SocketEvent> _events = new();
    private readonly AutoResetEvent _alarm = new(false);
    private int _scheduled;

    // When the leader gave its thread to the reader that it serves, in ms; 0 while it asks the kernel. Only who changes it from what it last was leads.
    private long _servingSince;
    private int _watchers;
    private int _watcherSleeps;

    private SocketPoller()
    {
        new Thread(Lead) { IsBackground = true, Name = "sockets" }.UnsafeStart();
        new Thread(WatchThenLead) { IsBackground = true, Name = "sockets-2" }.UnsafeStart();
    }

    /// <summary>Whether this system has what it needs.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>The one of this process, from its first use on.</summary>
    public static SocketPoller Shared => s_shared.Value;

    /// <summary>Tells a reader of its socket's events from now on, until <see cref="Remove"/>.</summary>
    /// <returns>What it is known by.</returns>
    /// <exception cref="IOException">The kernel has no room for another one.</exception>
    public ulong Add(SafeSocketHandle socket, SocketInput reader)
    {
        var key = _table.Add(reader);
        try
        {
            _epoll.Add(socket, key);
            return key;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _table.Remove(key);
            throw;
        }
    }

    /// <summary>No event is told any more. To be called once.</summary>
    public void Remove(ulong key) => _table.Remove(key);

    /// <inheritdoc/>
    void IThreadPoolWorkItem.Execute()
    {
        // Who brings an event from here on asks for another work item.
        Interlocked.Exchange(ref _scheduled, 0);
        if (!_events.TryDequeue(out var one))
            return;
        if (!_events.IsEmpty)
            Schedule();
        var end = Environment.TickCount64 + TurnMilliseconds;
        do
            one.Reader.OnEvent(one.IsLast);
        while (Environment.TickCount64 < end && _events.TryDequeue(out one));
        if (!_events.IsEmpty)
            Schedule();
    }

    private void Lead()
    {
        while (true)
        {
            _table.Find(_epoll, _epoll.Wait(), _events);

            // Without a watcher nobody would ask the kernel while a reader keeps this thread.
            if (Volatile.Read(ref _watchers) == 0)
                Schedule();
            else if (!TryServe())
                WatchUntilNeeded();
        }
    }

    private void WatchThenLead()
    {
        WatchUntilNeeded();
        Lead();
    }

    // False when the other thread has taken the lead meanwhile.
    private bool TryServe()
    {
        var since = 0L;
        var begun = Stopwatch.GetTimestamp();
        var helped = false;
        while (_events.TryDequeue(out var one))
        {
            var now = Environment.TickCount64;
            if (Interlocked.CompareExchange(ref _servingSince, now, since) != since)
            {
                _events.Enqueue(one);
                Schedule();
                return false;
            }

            since = now;
            if (_watcherSleeps != 0 && Interlocked.Exchange(ref _watcherSleeps, 0) != 0)
                _alarm.Set();
            one.Reader.OnEvent(one.IsLast);
            if (!helped && !_events.IsEmpty && Stopwatch.GetTimestamp() - begun > s_helpAfter)
            {
                helped = true;
                Schedule();
            }
        }

        return Interlocked.CompareExchange(ref _servingSince, 0, since) == since;
    }

    // Returns when the leader is kept by a reader: the caller leads from then on.
    private void WatchUntilNeeded()
    {
        Interlocked.Increment(ref _watchers);
        while (true)
        {
            Interlocked.Exchange(ref _watcherSleeps, 1);
            if (Volatile.Read(ref _servingSince) == 0)
                _alarm.WaitOne();
            Interlocked.Exchange(ref _watcherSleeps, 0);
            Thread.Sleep(LongMilliseconds);
            var since = Volatile.Read(ref _servingSince);
            if (since != 0 && Environment.TickCount64 - since >= LongMilliseconds && Interlocked.CompareExchange(ref _servingSince, 0, since) == since)
                break;
        }

        Interlocked.Decrement(ref _watchers);
        Schedule();
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
