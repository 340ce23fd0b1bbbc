using System.Collections.Concurrent;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;

namespace ControlPlane.Testing.Delivery;

/// <summary>A hub whose configuration the test sets, the same for all proxies.</summary>
public sealed class FakeConfigHub : IConfigHub
{
    private readonly Lock _lock = new();
    private readonly List<FakeProxySession> _sessions = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];

    /// <summary>Whether streams are served at all.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>Whether new sessions get no first configuration until it is released.</summary>
    public bool HoldFirst { get; set; }

    /// <summary>What was published last.</summary>
    public EncodedConfig? Current { get; private set; }

    /// <summary>Sessions that are open.</summary>
    public IReadOnlyList<FakeProxySession> Sessions
    {
        get
        {
            lock (_lock)
                return [.. _sessions];
        }
    }

    /// <summary>Every proxy that ever connected.</summary>
    public ConcurrentQueue<ProxyDescriptor> Connected { get; } = new();

    /// <summary>What streams declared, in order.</summary>
    public ConcurrentQueue<(XdsType Type, Interest Interest)> Interests { get; } = new();

    /// <summary>Called on each declaration; may publish.</summary>
    public Action<FakeProxySession, XdsType, Interest>? OnInterest { get; set; }

    /// <inheritdoc/>
    public IProxySession Connect(ProxyDescriptor proxy, IConfigObserver observer)
    {
        var session = new FakeProxySession(this, proxy, observer);
        Connected.Enqueue(proxy);
        lock (_lock)
        {
            _sessions.Add(session);
            session.IsHeld = HoldFirst;
            if (Current is not null)
                session.Tell(Current);
            CheckWaiting();
        }

        return session;
    }

    /// <summary>Makes a configuration the newest and tells all streams.</summary>
    public void Publish(EncodedConfig config)
    {
        lock (_lock)
        {
            Current = config;
            foreach (var session in _sessions)
                session.Tell(config);
        }
    }

    /// <summary>Completes when that many sessions are open.</summary>
    public Task SessionsAsync(int count)
    {
        lock (_lock)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            CheckWaiting();
            return reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    internal void Remove(FakeProxySession session)
    {
        lock (_lock)
        {
            _sessions.Remove(session);
            CheckWaiting();
        }
    }

    private void CheckWaiting()
    {
        foreach (var (_, reached) in _waiting.Where(w => w.Count == _sessions.Count))
            reached.TrySetResult();
        _waiting.RemoveAll(w => w.Reached.Task.IsCompleted);
    }
}
