namespace ControlPlane.Kubernetes.Client;

/// <summary>Spaces requests: a bucket of tokens that fills steadily. Fair: who came first goes first.</summary>
internal sealed class RequestLimiter(double perSecond, int burst, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = burst;
    private long _filled = time.GetTimestamp();

    /// <summary>Waits until a request may be made.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_filled, now).TotalSeconds * perSecond));
            _filled = now;
            // A debt is a place in the queue: each one waits until its own token has come.
            _tokens--;
            wait = _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / perSecond);
        }

        return wait == TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, time, cancellationToken);
    }
}
