using ControlPlane.Grpc;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Xds.Diagnostics;
using ControlPlane.Xds.NodeAuthorization;
using ControlPlane.Xds.Responses;
using ControlPlane.Xds.Subscriptions;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Xds.Streams;

/// <summary>
/// An open stream: one task reads requests; whoever brings something applies it and writes responses, one at a time. While a response is
/// being written, requests queue up within bounds and configurations replace each other, so a slow client costs nothing but its connection.
/// </summary>
internal sealed class StreamSession : IStreamStatusSource, IInboxWriter
{
    // What timers can take; a proof that lasts longer outlives the connection.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(49);

    private readonly AdsService _service;
    private readonly ServerCallContext _call;
    private readonly ProxyDescriptor _proxy;
    private readonly IncomingRequest _first;
    private readonly StreamInbox _inbox;
    private readonly Conversation _conversation;
    private readonly NackLog _nacks;
    private readonly NodeAuthorizationResult _rights;
    private readonly OwnSecrets? _ownSecrets;
    private readonly long _id;
    private readonly DateTimeOffset _connectedAt;

    // Timestamps of the last response of each type, 0 before the first.
    private readonly long[] _sentAt;
    private long _bytesSent;

    // Most streams never hold anything back.
    private WarmingClock? _warming;

    // What speaking works on; from the first configuration on.
    private readonly TaskCompletionSource _spoken;
    private IProxySession _session = null!;
    private IServerStreamWriter<AdsMessage> _responses = null!;
    private EncodedConfig _config = null!;
    private long? _waitingSince;

    public StreamSession(
        AdsService service, ServerCallContext call, XdsVariant variant, ProxyDescriptor proxy, IncomingRequest first, NodeAuthorizationResult rights)
    {
        // Made in this order, they lie beside each other: all are looked at for each message.
        _inbox = new StreamInbox(service.Time, this);
        _sentAt = new long[XdsTypes.All.Length];
        _id = service.Registry.NextId();
        _conversation = new Conversation(variant, service.Context, service.NoncePrefix(_id));
        _service = service;
        _call = call;
        _proxy = proxy;
        _first = first;
        _connectedAt = service.Time.GetUtcNow();
        _spoken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rights = rights;
        _ownSecrets = rights.OwnSecrets is { } secrets ? new OwnSecrets(secrets, _inbox.Nudge) : null;
        _nacks = new NackLog(service.Logger, service.Time, service.Options.NackLogInterval, proxy.Id);
    }

    /// <summary>Serves the stream to its end.</summary>
    /// <exception cref="RpcException">The client broke the protocol.</exception>
    /// <exception cref="OperationCanceledException">The stream was cut.</exception>
    public async Task RunAsync(IAsyncStreamReader<IncomingRequest> requests, IServerStreamWriter<AdsMessage> responses)
    {
        XdsLog.Connected(_service.Logger, _proxy.Id, _id, _call.Peer, _conversation.Variant);
        _service.Registry.Add(_id, this);
        _service.Metrics.OnConnected(_proxy, 1);
        try
        {
            using var proof = WatchProof();
            using var lease = _rights.Lease;
            using var rights = lease?.Withdrawn.Register(EndForRights) ?? default;

            // X9: the inbox hears of changes from here on, whatever is computed meanwhile.
            using var session = _service.Hub.Connect(_proxy, _inbox);
            await _inbox.PostAsync(_first).ConfigureAwait(false);
            await StartAsync(session, requests, responses).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or RpcException))
        {
            _service.Metrics.OnInternalError();
            XdsLog.Failed(_service.Logger, e, _proxy.Id, _id);
            throw new RpcException(new Status(StatusCode.Internal, "the control plane failed to serve this stream; its log says why"));
        }
        finally
        {
            _inbox.Abandon();
            _warming?.Dispose();
            _ownSecrets?.Dispose();
            _service.Metrics.OnConnected(_proxy, -1);
            _service.Registry.Remove(_id);
            XdsLog.Disconnected(_service.Logger, _proxy.Id, _id);
        }
    }

    /// <inheritdoc/>
    public StreamStatus GetStatus() => new(
        _id, _proxy, _conversation.Variant, _call.Peer, _connectedAt, Volatile.Read(ref _bytesSent),
        [.. XdsTypes.All.Select(t => _conversation[t]).Where(s => s.Requested).Select(StatusOf)]);

    private TypeStatus StatusOf(Subscription subscription)
    {
        var sentAt = Volatile.Read(ref _sentAt[(int)subscription.Type]);
        return new TypeStatus(
            subscription.Type, subscription, _conversation.NonceOf(subscription.SentNonce), _conversation.NonceOf(subscription.AckedNonce),
            sentAt == 0 ? null : _service.Time.GetUtcNow() - _service.Time.GetElapsedTime(sentAt));
    }

    // A stream may outlive the certificate or token that it was opened with. The client comes back at once, with its new one.
    private ITimer? WatchProof()
    {
        if (_rights.ValidUntil is not { } end)
            return null;
        var left = end - _service.Time.GetUtcNow();
        return left > LongestTimer ? null : _service.Time.CreateTimer(EndForProof, null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void EndForProof(object? state) =>
        _inbox.End(new RpcException(new Status(StatusCode.Unavailable, "transport is closing: the credentials of this stream have expired")));

    private void EndForRights() =>
        _inbox.End(new RpcException(new Status(StatusCode.Unavailable, "transport is closing: the rights of this stream have changed")));

    // Without what the web server's logging keeps for the call: that would be brought back for each request.
    private Task StartAsync(IProxySession session, IAsyncStreamReader<IncomingRequest> requests, IServerStreamWriter<AdsMessage> responses)
    {
        using (ExecutionContext.SuppressFlow())
        {
            _ = PumpAsync(requests);
            return SpeakAsync(session, responses);
        }
    }

    private async Task PumpAsync(IAsyncStreamReader<IncomingRequest> requests)
    {
        try
        {
            await requests.ForEachAsync(_inbox, static (inbox, request) => inbox.PostAsync(request)).ConfigureAwait(false);
            _inbox.End(null);
        }
        catch (Exception e)
        {
            // The writer ends the stream with it; if that has ended already, nobody is interested.
            _inbox.End(e);
        }
    }

    private async Task SpeakAsync(IProxySession session, IServerStreamWriter<AdsMessage> responses)
    {
        _config = await session.FirstConfig.WaitAsync(_call.CancellationToken).ConfigureAwait(false);
        (_session, _responses) = (session, responses);
        GoOn();
        await _spoken.Task.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void GoOn()
    {
        try
        {
            while (TrySay(out var sending))
            {
                if (!sending.IsCompletedSuccessfully)
                {
                    _ = GoOnAfterAsync(sending);
                    return;
                }
            }
        }
        catch (Exception e)
        {
            _spoken.TrySetException(e);
        }
    }

    private async Task GoOnAfterAsync(Task sending)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _spoken.TrySetException(e);
            return;
        }

        GoOn();
    }

    // One step; false when there is nothing to say before the inbox calls, or never again.
    private bool TrySay(out Task sending)
    {
        sending = Task.CompletedTask;

        // X7: requests come first, but a flood of them can't keep responses back.
        for (var i = 0; i < StreamInbox.MaxRequests && _inbox.TryTakeRequest(out var request); i++)
            Apply(request);
        if (_conversation.Next(_ownSecrets?.Over(_config, _conversation[XdsType.Secret].Interest.Names) ?? _config) is { } response)
        {
            sending = SendAsync(response);
            return true;
        }

        if (EndHolding())
            return true;
        if (_session.AwaitsAcknowledgement && _conversation.IsAnswered)
            _session.Acknowledge(_config.Snapshot, _conversation.IsRefused);
        if (!_conversation.IsHolding)
            Converge();
        if (TryAdvance())
            return true;
        if (_inbox.MustWait(out var isOver))
            return false;
        if (isOver)
            _spoken.TrySetResult();
        return !isOver;
    }

    // Whether something that was held back can now be said, since it has waited long enough.
    private bool EndHolding()
    {
        if (_warming is null && !_conversation.IsHolding)
            return false;
        _warming ??= new WarmingClock(_service.Time, _service.Options.WarmingLimit, _inbox.Nudge);
        if (!_warming.IsOver(_conversation.IsHolding))
            return false;
        _conversation.StopHolding();
        _service.Metrics.OnWarmingTimeout();
        XdsLog.WarmingTimeout(_service.Logger, _proxy.Id, _service.Options.WarmingLimit);
        return true;
    }

    private void Converge()
    {
        if (_waitingSince is { } since)
            _service.Metrics.OnConverged(_service.Time.GetElapsedTime(since));
        _waitingSince = null;
    }

    // Only when all that can be said of the last configuration was said: it was consistent in itself, a mixture may not be. The session's
    // newest is asked too, since what did not concern the stream when it changed may do so now. It never goes back (X63).
    private bool TryAdvance()
    {
        var waits = _inbox.TryTakeConfig(out var pushed, out var since);
        var newest = _session.Current ?? pushed;
        if (newest is null || ReferenceEquals(newest, _config) || newest.Snapshot < _config.Snapshot)
            return false;
        if (waits)
            _waitingSince ??= since;
        _config = newest;
        return true;
    }

    private void Apply(IncomingRequest request)
    {
        if (!AdsService.TryGetType(request.TypeUrl, out var type))
        {
            XdsLog.UnknownType(_service.Logger, _proxy.Id, request.TypeUrl);
            return;
        }

        var old = _conversation[type];
        var effect = _conversation.Receive(type, request.Content);
        var next = _conversation[type];
        if (!ReferenceEquals(old.Interest, next.Interest))
            _session.SetInterest(type, next.Interest);
        if (effect == RequestEffect.Stale)
        {
            _service.Metrics.OnExpiredNonce(type);
            XdsLog.StaleNonce(_service.Logger, _proxy.Id, type.ShortName(), request.Content.Nonce);
        }

        if (next.LastError is { } error && !ReferenceEquals(error, old.LastError))
        {
            _service.Metrics.OnRejected(type);
            _nacks.Write(type, request.Content.Nonce, error);
        }
    }

    private async Task SendAsync(PlannedResponse response)
    {
        var start = _service.Time.GetTimestamp();
        var message = new AdsMessage(_service.Encoder.Encode(response.Plan), response.Nonce);
        Volatile.Write(ref _sentAt[(int)response.Type], start);
        await _responses.WriteAsync(message).ConfigureAwait(false);
        Volatile.Write(ref _bytesSent, _bytesSent + message.Length);
        _service.Metrics.OnSent(response.Type, message.Length, _service.Time.GetElapsedTime(start));
        if (_service.Logger.IsEnabled(LogLevel.Debug))
        {
            XdsLog.Sent(
                _service.Logger, _proxy.Id, response.Type.ShortName(), response.Nonce,
                response.Plan.Resources.Count, response.Plan.Removed.Count, message.Length);
        }
    }
}
