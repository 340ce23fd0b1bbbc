using Grpc.Core;

namespace ControlPlane.Xds.Streams;

/// <summary>Spaces the starts of streams evenly (X5). Safe for concurrent use.</summary>
internal sealed class StreamAdmission
{
    /// <summary>How long a stream may wait for its turn.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly double? _perSecond;
    private long _next;

    public StreamAdmission(double? perSecond, TimeProvider time)
    {
        _perSecond = perSecond;
        _time = time;
        _next = time.GetTimestamp();
    }

    /// <summary>Completes when the stream may start.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: it would wait too long.</exception>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        if (_perSecond is not { } rate)
            return Task.CompletedTask;
        TimeSpan wait;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            var turn = Math.Max(_next, now);
            wait = _time.GetElapsedTime(now, turn);
            if (wait > MaxWait)
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"more than {rate} new streams per second; try again later"));
            _next = turn + (long)(_time.TimestampFrequency / rate);
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, _time, cancellationToken) : Task.CompletedTask;
    }
}
