using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grpc.Server;

/// <summary>
/// The life of one connection: open, until its age or the stop of the host; draining after GOAWAY; ending when the grace is over and its
/// calls are told to end; aborted if they did not.
/// </summary>
internal sealed class GrpcConnection : IAsyncDisposable
{
    private readonly ConnectionContext _connection;
    private readonly IConnectionLifetimeNotificationFeature? _notification;
    private readonly GrpcServerOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _endCalls = new();
    private readonly CancellationTokenRegistration _closeRequested;
    private readonly TimeSpan? _age;
    private readonly ITimer _timer;
    private int _stage;
    private int _calls;

    public GrpcConnection(ConnectionContext connection, GrpcServerOptions options, ILogger logger)
    {
        EndCalls = _endCalls.Token;
        _connection = connection;
        _options = options;
        _logger = logger;
        _notification = connection.Features.Get<IConnectionLifetimeNotificationFeature>();
        _age = options.MaxConnectionAge is { } age ? Jitter(age, options.MaxConnectionAgeJitter) : null;
        _timer = options.TimeProvider.CreateTimer(_ => OnTimer(), null, _age ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _closeRequested = Draining.UnsafeRegister(static state => ((GrpcConnection)state!).OnDraining(), this);
    }

    private enum Stage
    {
        Open,
        Draining,
        Ending,
        Over,
    }

    /// <summary>Fires when GOAWAY was sent.</summary>
    public CancellationToken Draining => _notification?.ConnectionClosedRequested ?? CancellationToken.None;

    /// <summary>Fires when the calls of this connection must end.</summary>
    public CancellationToken EndCalls { get; }

    private string Peer => PeerName.Of(_connection.RemoteEndPoint);

    /// <summary>A call of this connection begins.</summary>
    public void OnCallStarted()
    {
        if (Interlocked.Increment(ref _calls) == 1 && (Stage)Volatile.Read(ref _stage) == Stage.Draining)
        {
            // It crossed our GOAWAY and gets its own grace.
            _timer.Change(_options.DrainGrace, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>A call of this connection has ended.</summary>
    public void OnCallEnded() => Interlocked.Decrement(ref _calls);

    /// <summary>Aborts the connection because its socket takes nothing.</summary>
    public void OnStalled()
    {
        GrpcServerLog.ConnectionStalled(_logger, Peer, _options.FlushTimeout);
        _connection.Abort(new ConnectionAbortedException("The peer reads nothing."));
    }

    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _stage, (int)Stage.Over);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _closeRequested.DisposeAsync().ConfigureAwait(false);
        _endCalls.Dispose();
    }

    private static TimeSpan Jitter(TimeSpan age, double jitter) => age * (1 + (jitter * ((2 * Random.Shared.NextDouble()) - 1)));

    private void OnDraining()
    {
        if (Interlocked.CompareExchange(ref _stage, (int)Stage.Draining, (int)Stage.Open) == (int)Stage.Open)
        {
            _timer.Change(_options.DrainGrace, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        switch ((Stage)Volatile.Read(ref _stage))
        {
            case Stage.Open:
                GrpcServerLog.ConnectionAged(_logger, Peer, _age ?? TimeSpan.Zero);
                _notification?.RequestClose();
                break;
            case Stage.Draining or Stage.Ending when Volatile.Read(ref _calls) == 0:
                break; // HTTP/2 closes it
            case Stage.Draining:
                if (Interlocked.CompareExchange(ref _stage, (int)Stage.Ending, (int)Stage.Draining) == (int)Stage.Draining)
                {
                    GrpcServerLog.GraceOver(_logger, Peer);
                    _timer.Change(_options.FlushTimeout, Timeout.InfiniteTimeSpan);
                    _endCalls.Cancel();
                }

                break;
            case Stage.Ending:
                GrpcServerLog.ConnectionNotDrained(_logger, Peer);
                _connection.Abort(new ConnectionAbortedException("The calls did not end in time."));
                break;
            default:
                break;
        }
    }
}
