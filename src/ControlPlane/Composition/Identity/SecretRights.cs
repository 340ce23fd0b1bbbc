using ControlPlane.Kubernetes.Client;
using ControlPlane.Model.Proxies;
using ControlPlane.Security.Identities;

namespace ControlPlane.Composition.Identity;

/// <summary>
/// Which secrets a proven proxy may have: those that its Gateways name, and all of its namespace where its service account may list them, which
/// the cluster is asked for gateways; without a cluster those that the Gateways which it serves name. An answer counts for all streams of a service
/// account and is asked for again while one is open, so that a right that is taken away ends within a minute. Safe for concurrent use.
/// </summary>
internal sealed class SecretRights : IDisposable
{
    /// <summary>How often the cluster is asked again; an API server that is slow to answer may take as long once more.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly Func<SpiffeId, CancellationToken, Task<ApiResult<bool>>>? _mayList;
    private readonly Lock _lock = new();
    private readonly Dictionary<SpiffeId, Known> _known = [];
    private readonly ITimer _timer;
    private int _asking;

    /// <param name="time">Clock.</param>
    /// <param name="mayList">Asks whether an identity may list the secrets of its namespace; null without a cluster.</param>
    public SecretRights(TimeProvider time, Func<SpiffeId, CancellationToken, Task<ApiResult<bool>>>? mayList)
    {
        _mayList = mayList;
        _timer = time.CreateTimer(_ => _ = AskAgainAsync(), null, Period, Period);
    }

    /// <summary>The rights of a stream; dispose them with it.</summary>
    public async ValueTask<SecretRight> OpenAsync(ProxyDescriptor proxy, SpiffeId identity, CancellationToken cancellationToken)
    {
        if (proxy.Type != ProxyType.Router)
            return new SecretRight(SecretAccess.Named);
        if (_mayList is null)
            return new SecretRight(SecretAccess.Served);
        if (Take(identity, null) is { } known)
            return known;
        var answer = await _mayList(identity, cancellationToken);

        // Without an answer there is no right; the stream ends when there is one.
        return Take(identity, answer.Error is null && answer.Value)!;
    }

    /// <summary>Asks the cluster again about all whose streams are open. A question without an answer changes nothing.</summary>
    public async Task AskAgainAsync()
    {
        if (Interlocked.Exchange(ref _asking, 1) == 1)
            return;
        try
        {
            List<SpiffeId> open;
            lock (_lock)
                open = [.. _known.Keys];
            foreach (var identity in open)
            {
                using var limit = new CancellationTokenSource(Period);
                if (await _mayList!(identity, limit.Token) is { Error: null } answer)
                    Put(identity, answer.Value);
            }
        }
        catch (OperationCanceledException)
        {
            // The next round asks again.
        }
        finally
        {
            Volatile.Write(ref _asking, 0);
        }
    }

    public void Dispose() => _timer.Dispose();

    private SecretRight? Take(SpiffeId identity, bool? answer)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue(identity, out var known))
            {
                if (answer is not { } mayList)
                    return null;
                _known[identity] = known = new Known(mayList);
            }

            known.Streams++;
            return new SecretRight(known.MayList ? SecretAccess.Namespace : SecretAccess.Named, () => Release(identity, known), known.Changed.Token);
        }
    }

    private void Release(SpiffeId identity, Known known)
    {
        lock (_lock)
        {
            if (--known.Streams == 0 && _known.TryGetValue(identity, out var now) && ReferenceEquals(now, known))
                _known.Remove(identity);
        }
    }

    private void Put(SpiffeId identity, bool mayList)
    {
        Known known;
        lock (_lock)
        {
            if (!_known.TryGetValue(identity, out known!) || known.MayList == mayList)
                return;
            _known.Remove(identity);
        }

        // Outside the lock: streams end, and give back what they hold.
        known.Changed.Cancel();
    }

    private sealed class Known(bool mayList)
    {
        public bool MayList => mayList;

        public CancellationTokenSource Changed { get; } = new();

        public int Streams { get; set; }
    }
}
