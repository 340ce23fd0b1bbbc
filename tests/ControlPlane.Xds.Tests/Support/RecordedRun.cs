using System.Threading.Channels;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Tests.Support;

/// <summary>A client on a real stream that behaves like Envoy, refuses now and then, and records every message.</summary>
public sealed class RecordedRun : IDisposable
{
    // How many configurations may be published before the client has read the last.
    private const int Ahead = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<(XdsType Type, SubscriptionRequest Request)> _outgoing = Channel.CreateUnbounded<(XdsType, SubscriptionRequest)>();
    private readonly SemaphoreSlim _room = new(Ahead);
    private readonly Random _random;
    private readonly AdsClient _client;
    private readonly ModelClient _model;
    private readonly EnvoyFollower _follower;
    private readonly EnvoyWarming _warming;
    private readonly Task _sender;
    private readonly Task _reader;
    private long _seen;
    private long _last = long.MaxValue;

    public RecordedRun(XdsServer server, XdsVariant variant, int seed)
    {
        _random = new Random(seed);
        _client = server.Connect(variant);
        _model = new ModelClient(variant);
        _warming = new EnvoyWarming(_model, Send);
        Recorder = new BreakRecorder(_model, _warming);
        _follower = new EnvoyFollower(_model, _warming, Send);
        _seen = server.World.Current.Snapshot;
        _follower.Start();
        Send(XdsType.ProxyConfig, _model.Open(XdsType.ProxyConfig, wildcard: true, []));
        _sender = Task.Run(SendAllAsync);
        _reader = Task.Run(ReadAllAsync);
    }

    public BreakRecorder Recorder { get; }

    /// <summary>Waits until the client has read all but the last few configurations, or (at times) all.</summary>
    public async Task MakeRoomAsync(bool all)
    {
        var wanted = all ? Ahead : 1;
        for (var i = 0; i < wanted; i++)
        {
            var room = _room.WaitAsync(Patience);
            if (await Task.WhenAny(room, _reader) == _reader)
                await _reader;
            Assert.True(await room, "the client hears nothing more");
        }

        if (wanted > 1)
            _room.Release(wanted - 1);
    }

    /// <summary>Waits until the client has read that configuration.</summary>
    public async Task FinishAsync(long snapshot)
    {
        Volatile.Write(ref _last, snapshot);
        if (Volatile.Read(ref _seen) >= snapshot)
            _outgoing.Writer.TryComplete();
        else
            await _reader;
        await _sender;
    }

    public void Dispose()
    {
        _client.Dispose();
        _room.Dispose();
    }

    private void Send(XdsType type, SubscriptionRequest request) => _outgoing.Writer.TryWrite((type, request));

    private async Task SendAllAsync()
    {
        await foreach (var (type, request) in _outgoing.Reader.ReadAllAsync())
            await _client.SendAsync(type, request);
    }

    private async Task ReadAllAsync()
    {
        while (_seen < Volatile.Read(ref _last))
        {
            var response = await _client.ReceiveAnyAsync();
            var accept = response.Type == XdsType.ProxyConfig || _random.Next(50) > 0;
            Recorder.BeforeReceive(response, accept);
            _warming.Answer(response, _model.Receive(response, accept));
            _follower.After(response);
            if (response.Type != XdsType.ProxyConfig)
                continue;
            var number = long.Parse(response.Resources.Single().Content.Content["snapshot".Length..]);
            for (; _seen < number; Volatile.Write(ref _seen, _seen + 1))
                _room.Release();
        }

        _outgoing.Writer.TryComplete();
    }
}
