using System.Globalization;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Requests;

namespace ControlPlane.Kubernetes.Leases;

/// <summary>
/// Lets one replica at a time carry out a duty, by a Lease. There is no fencing: a replica that was suspended may wake up believing that it
/// still leads, until <see cref="IsLeader"/> is looked at. Whatever a duty writes must therefore be safe when two replicas write it.
/// </summary>
public sealed class LeaderElection
{
    private readonly ObjectClient _client;
    private readonly LeaseOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly string _list;

    private LeaseRecord? _seen;
    private long _seenAt;
    private long _renewedAt;
    private volatile bool _leads;

    internal LeaderElection(ObjectClient client, LeaseOptions options, TimeProvider time, Random random)
    {
        options.Validate();
        (_client, _options, _time, _random) = (client, options, time, random);
        _list = $"/apis/coordination.k8s.io/v1/namespaces/{options.Namespace}/leases";
    }

    /// <summary>Whether we hold the lock, by a clock that goes on while the process is suspended. To be asked before each write.</summary>
    public bool IsLeader => _leads && _time.GetElapsedTime(Interlocked.Read(ref _renewedAt)) < _options.RenewDeadline;

    /// <summary>Name of the lock.</summary>
    public string Name => _options.Name;

    /// <summary>Why the lock could not be read or written at last; null where it could.</summary>
    public ApiStatus? Error { get; private set; }

    /// <summary>
    /// Waits for the lock, carries out the duty, and waits again when the lock is lost or the duty ends; until cancelled. The duty is
    /// cancelled as soon as the lock may pass to another, and has ended before it is tried for again.
    /// </summary>
    public async Task RunAsync(Func<CancellationToken, Task> duty, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                while (!await TryAsync(_options.RenewDeadline, cancellationToken).ConfigureAwait(false))
                    await PauseAsync(cancellationToken).ConfigureAwait(false);
                await LeadAsync(duty, cancellationToken).ConfigureAwait(false);
                await PauseAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The normal end.
        }
    }

    private async Task LeadAsync(Func<CancellationToken, Task> duty, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _leads = true;
        var work = Task.Run(() => duty(stop.Token), CancellationToken.None);
        try
        {
            while (!work.IsCompleted && await KeepAsync(work, stop.Token).ConfigureAwait(false))
            {
                // Renewed.
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            // What went wrong with the duty is its own matter: it is begun anew with the next turn.
            await work.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
            if (IsLeader)
                await ReleaseAsync().ConfigureAwait(false);
            _leads = false;
        }
    }

    /// <summary>Renews the lock once, with as many attempts as fit before the deadline; false where it is lost.</summary>
    private async Task<bool> KeepAsync(Task work, CancellationToken stop)
    {
        await Task.WhenAny(work, PauseAsync(stop)).ConfigureAwait(false);
        while (!work.IsCompleted)
        {
            stop.ThrowIfCancellationRequested();
            var left = _options.RenewDeadline - _time.GetElapsedTime(_renewedAt);
            if (left <= TimeSpan.Zero)
                return false;
            if (await TryAsync(left, stop).ConfigureAwait(false))
                return true;
            if (_seen is { } other && other.HolderIdentity != _options.Identity)
                return false;
            await Task.WhenAny(work, PauseAsync(stop)).ConfigureAwait(false);
        }

        return false;
    }

    /// <summary>Acquires or renews the lock; false where another has it or the server can't be asked in time.</summary>
    private async Task<bool> TryAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = _time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), limit, patience, Timeout.InfiniteTimeSpan);
        try
        {
            return await TryAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Error = ApiStatus.Transport($"no answer within {patience}");
            return false;
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        // From before the request: the server may have taken its time.
        var began = _time.GetTimestamp();
        var current = await _client.GetAsync($"{_list}/{_options.Name}", ApiJson.Default.LeaseObject, cancellationToken).ConfigureAwait(false);
        ApiResult<LeaseObject> written;
        if (current.Error is { IsNotFound: true })
        {
            var first = new LeaseObject { Metadata = new ObjectHeader { Name = _options.Name, Namespace = _options.Namespace }, Spec = Ours(null) };
            written = await _client.CreateAsync(_list, first, ApiJson.Default.LeaseObject, cancellationToken).ConfigureAwait(false);
        }
        else if (current.Error is not null)
        {
            written = current.Error;
        }
        else if (IsHeldByAnother(current.Value.Spec))
        {
            Error = null;
            return false;
        }
        else
        {
            written = await UpdateAsync(current.Value, Ours(current.Value.Spec), cancellationToken).ConfigureAwait(false);
        }

        Error = written.Error;
        if (written.Error is not null)
            return false;
        (_seen, _seenAt) = (written.Value.Spec, began);
        Interlocked.Exchange(ref _renewedAt, began);
        return true;
    }

    /// <summary>Whether another holds the lock. That it has expired is judged by our own clock, from when we last saw the lease change.</summary>
    private bool IsHeldByAnother(LeaseRecord spec)
    {
        if (spec != _seen)
            (_seen, _seenAt) = (spec, _time.GetTimestamp());
        return !string.IsNullOrEmpty(spec.HolderIdentity) && spec.HolderIdentity != _options.Identity && _time.GetElapsedTime(_seenAt) < _options.LeaseDuration;
    }

    private LeaseRecord Ours(LeaseRecord? before)
    {
        var now = _time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        var isOurs = before?.HolderIdentity == _options.Identity;
        return new LeaseRecord
        {
            HolderIdentity = _options.Identity,
            LeaseDurationSeconds = Math.Max(1, (int)_options.LeaseDuration.TotalSeconds),
            AcquireTime = isOurs ? before!.AcquireTime : now,
            RenewTime = now,
            LeaseTransitions = (before?.LeaseTransitions ?? 0) + (before is null || isOurs ? 0 : 1),
        };
    }

    private Task<ApiResult<LeaseObject>> UpdateAsync(LeaseObject lease, LeaseRecord spec, CancellationToken cancellationToken) => _client.UpdateAsync(
        $"{_list}/{_options.Name}", lease with { Spec = spec }, ApiJson.Default.LeaseObject, cancellationToken);

    /// <summary>Gives the lock back, so that another need not wait for it to expire.</summary>
    private async Task ReleaseAsync()
    {
        using var limit = new CancellationTokenSource(_options.RetryPeriod, _time);
        try
        {
            var current = await _client.GetAsync($"{_list}/{_options.Name}", ApiJson.Default.LeaseObject, limit.Token).ConfigureAwait(false);
            if (current.Error is null && current.Value.Spec.HolderIdentity == _options.Identity)
                await UpdateAsync(current.Value, current.Value.Spec with { HolderIdentity = "", LeaseDurationSeconds = 1 }, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It expires.
        }
    }

    private Task PauseAsync(CancellationToken cancellationToken) =>
        Task.Delay(_options.RetryPeriod * (1 + (_random.NextDouble() * (LeaseOptions.RetrySpread - 1))), _time, cancellationToken);
}
