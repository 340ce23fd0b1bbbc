namespace ControlPlane.Security.CertificateService;

/// <summary>Lets as many requests be signed at a time as there are processors, and a bounded number wait. Safe for concurrent use.</summary>
public sealed class IssuanceLimiter : IDisposable
{
    /// <summary>How many requests may wait: some seconds of RSA signing on one processor, as an agent waits.</summary>
    public const int DefaultMaxWaiting = 5_000;

    private readonly SemaphoreSlim _gate;
    private readonly int _maxWaiting;
    private int _waiting;

    /// <summary>Makes a limiter.</summary>
    /// <param name="atOnce">How many sign at a time.</param>
    /// <param name="maxWaiting">How many may wait.</param>
    public IssuanceLimiter(int atOnce, int maxWaiting = DefaultMaxWaiting)
    {
        _gate = new SemaphoreSlim(atOnce);
        _maxWaiting = maxWaiting;
    }

    /// <summary>Waits for a turn; dispose the result to end it. Null where too many wait already.</summary>
    public async ValueTask<IDisposable?> EnterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > _maxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }

        try
        {
            await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        return new Turn(_gate);
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        private SemaphoreSlim? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Release();
    }
}
