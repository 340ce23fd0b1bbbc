namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>Growing random delays after failures. Full jitter keeps many clients from returning together.</summary>
internal sealed class Backoff(ReflectorOptions options, TimeProvider time, Random random)
{
    private TimeSpan _next = options.FirstBackoff;
    private long _lastFailure = long.MinValue;

    /// <summary>The delay after one more failure; a server that names one gets it, with a little added so that not all come at once.</summary>
    public TimeSpan Next(TimeSpan? retryAfter)
    {
        var now = time.GetTimestamp();
        if (_lastFailure != long.MinValue && time.GetElapsedTime(_lastFailure, now) > options.BackoffReset)
            _next = options.FirstBackoff;
        _lastFailure = now;
        var delay = random.NextDouble() * _next;
        _next = _next * 2 < options.MaxBackoff ? _next * 2 : options.MaxBackoff;
        return retryAfter is { } asked ? asked + (delay / 10) : delay;
    }
}
