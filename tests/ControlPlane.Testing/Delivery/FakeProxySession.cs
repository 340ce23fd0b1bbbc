using System.Collections.Concurrent;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;

namespace ControlPlane.Testing.Delivery;

/// <summary>A session of a <see cref="FakeConfigHub"/>.</summary>
public sealed class FakeProxySession(FakeConfigHub hub, ProxyDescriptor proxy, IConfigObserver observer) : IProxySession
{
    private readonly TaskCompletionSource<EncodedConfig> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile EncodedConfig? _current;

    public ProxyDescriptor Proxy { get; } = proxy;

    public Task<EncodedConfig> FirstConfig => _first.Task;

    /// <summary>Whether the first configuration is held back; changes are told all the same.</summary>
    public bool IsHeld { get; set; }

    public EncodedConfig? Current => _current;

    public void SetInterest(XdsType type, Interest interest)
    {
        hub.Interests.Enqueue((type, interest));
        hub.OnInterest?.Invoke(this, type, interest);
    }

    /// <summary>Gives this stream alone a configuration.</summary>
    public void Tell(EncodedConfig config)
    {
        _current = config;
        if (!IsHeld)
            _first.TrySetResult(config);
        observer.OnConfig(config);
    }

    /// <summary>Gives the first configuration that was held back.</summary>
    public void Release(EncodedConfig config) => _first.TrySetResult(config);

    /// <summary>Whether the stream is to say what was acknowledged.</summary>
    public bool AwaitsAcknowledgement { get; set; }

    /// <summary>What the stream said was acknowledged, and whether some of it was refused.</summary>
    public ConcurrentQueue<(long Snapshot, bool Refused)> Acknowledged { get; } = new();

    public void Acknowledge(long snapshot, bool refused) => Acknowledged.Enqueue((snapshot, refused));

    public void Dispose() => hub.Remove(this);
}
