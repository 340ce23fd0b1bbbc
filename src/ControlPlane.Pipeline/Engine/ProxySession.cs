using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Pipeline.Tracing;

namespace ControlPlane.Pipeline.Engine;

/// <summary>A connected proxy. What is marked so belongs to the engine's thread.</summary>
internal sealed class ProxySession(MeshEngine engine, ProxyDescriptor proxy, IConfigObserver observer) : IProxySession
{
    private readonly TaskCompletionSource<EncodedConfig> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ConfigState? _state;
    private volatile AwaitedChanges? _awaited;
    private bool _told;

    public ProxyDescriptor Proxy { get; } = proxy;

    /// <summary>Engine's thread: what the stream wants.</summary>
    public InterestProfile Interests { get; set; } = InterestProfile.None;

    /// <summary>Engine's thread: the configuration that the session belongs to.</summary>
    public ConfigState? State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>Engine's thread: whether the stream has ended.</summary>
    public bool Ended { get; set; }

    public Task<EncodedConfig> FirstConfig => _first.Task;

    public EncodedConfig? Current => _state?.Config;

    public bool AwaitsAcknowledgement => _awaited is { IsEmpty: false };

    public void Acknowledge(long snapshot, bool refused) => _awaited?.Acknowledge(snapshot, refused ? Proxy.Id : null);

    public void SetInterest(XdsType type, Interest interest) => engine.Post(new EngineCommand.SetInterest(this, type, interest));

    public void Dispose() => engine.Post(new EngineCommand.Disconnect(this));

    /// <summary>Engine's thread: no answer will come any more.</summary>
    public void AbandonTraces() => _awaited?.Abandon();

    /// <summary>Engine's thread: tells the stream of a configuration.</summary>
    public void Tell(EncodedConfig config)
    {
        if (engine.Trace is { } trace)
            (_awaited ??= new AwaitedChanges()).Add(trace, config.Snapshot);
        // A change may concern all sessions: what none but the first needs is not touched.
        if (!_told)
            _told = _first.TrySetResult(config);
        observer.OnConfig(config);
    }
}
