using ControlPlane.Grpc.Wire;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grpc.Server;

/// <summary>One call on the server: its context for the handler, its token, how it reads and writes, and its end.</summary>
internal abstract class ServerCall : ServerCallContext, IDisposable
{
    // HTTP/2 error code CANCEL: the client maps it to CANCELLED.
    private const int ResetCancel = 8;

    private readonly GrpcServerRuntime _runtime;
    private readonly CancellationTokenSource _cancellation;
    private readonly CancellationToken _token;
    private readonly CancellationTokenRegistration _readRegistration;
    private readonly CancellationTokenRegistration _abortRegistration;
    private readonly CancellationTokenRegistration _endRegistration;
    private readonly MessageReader _reader;
    private readonly MessageWriter _writer;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private Dictionary<object, object>? _userState;
    private AuthContext? _authContext;
    private readonly Lock _aliveLock = new();
    private bool _alive = true;
    private int _writing;
    private int _end;

    protected ServerCall(HttpContext http, IMethod method, GrpcServerRuntime runtime, TimeSpan? timeout, bool gzip)
    {
        var options = runtime.Options;
        HttpContext = http;
        _runtime = runtime;
        MethodCore = method.FullName;
        Connection = http.Features.Get<GrpcConnection>();
        _reader = new MessageReader(http.Request.BodyReader, options.MaxReceiveMessageSize, gzip, Gone);
        _writer = new MessageWriter(http.Response.BodyWriter, options.MaxSendMessageSize, new FlushGuard(runtime.Watchdog, OnStalled), runtime.Turns);
        _cancellation = timeout is { } limit && limit <= GrpcServerRuntime.LongestTimer
            ? new CancellationTokenSource(limit, options.TimeProvider)
            : new CancellationTokenSource();
        _token = _cancellation.Token;

        // Once, not for each read: a stream reads often and is cancelled once.
        _readRegistration = _token.UnsafeRegister(static call => ((ServerCall)call!)._reader.Cancel(), this);
        DeadlineCore = timeout is { } t ? Deadlines.After(options.TimeProvider, t) : DateTime.MaxValue;
        HasDeadline = timeout is not null;
        _abortRegistration = http.RequestAborted.UnsafeRegister(static call => ((ServerCall)call!).End(EndReason.ClientGone), this);
        if (Connection is not null)
        {
            Connection.OnCallStarted();
            _endRegistration = Connection.EndCalls.UnsafeRegister(static call => ((ServerCall)call!).End(EndReason.ServerClosing), this);
        }
    }

    private enum EndReason
    {
        None,
        ClientGone,
        ServerClosing,
        Stalled,
        CancelledByHandler,
        Over,
    }

    public HttpContext HttpContext { get; }

    /// <summary>Null when the connection does not come through our middleware.</summary>
    public GrpcConnection? Connection { get; }

    protected override string MethodCore { get; }

    protected override string HostCore => HttpContext.Request.Host.Value ?? string.Empty;

    protected override string PeerCore => PeerName.Of(HttpContext.Connection.RemoteIpAddress, HttpContext.Connection.RemotePort);

    protected override DateTime DeadlineCore { get; }

    protected override CancellationToken CancellationTokenCore => _token;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadRequestHeaders();

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _authContext ??= TlsAuthContext.Of(HttpContext);

    protected override IDictionary<object, object> UserStateCore => _userState ??= [];

    private bool HasDeadline { get; }

    private EndReason Reason => (EndReason)Volatile.Read(ref _end);

    private bool IsDeadlineExceeded => HasDeadline && Reason == EndReason.None && _cancellation.IsCancellationRequested;

    // The token fires after the reason is set, or by its own timer.
    private bool HasEnded => Reason != EndReason.None || (HasDeadline && _cancellation.IsCancellationRequested);

    /// <summary>Cancels the call on behalf of its handler.</summary>
    public void Cancel() => End(EndReason.CancelledByHandler);

    /// <summary>Reads the next request; null at the end of the stream.</summary>
    /// <exception cref="OperationCanceledException">The call was cancelled, or the client is gone.</exception>
    /// <exception cref="RpcException">The client broke the protocol or a limit.</exception>
    protected ValueTask<T?> ReadAsync<T>(Marshaller<T> marshaller)
        where T : class => HasEnded ? ValueTask.FromException<T?>(new OperationCanceledException(_token)) : _reader.ReadAsync(marshaller, CancellationToken.None);

    /// <summary>Gives all remaining requests to a function, one after the other; fails as <see cref="ReadAsync"/> does, or as the function.</summary>
    protected Task ForEachAsync<T, TState>(Marshaller<T> marshaller, TState state, Func<TState, T, Task> take)
        where T : class => HasEnded ? Task.FromException(new OperationCanceledException(_token)) : _reader.ForEachAsync(marshaller, state, take);

    /// <summary>Sends a response.</summary>
    /// <exception cref="InvalidOperationException">Another write is under way.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled, the client is gone or reads nothing.</exception>
    protected async Task WriteAsync<T>(T message, Marshaller<T> marshaller)
    {
        if (Interlocked.Exchange(ref _writing, 1) != 0)
        {
            throw new InvalidOperationException("Another write of this call is under way; await it first.");
        }

        try
        {
            if (HasEnded)
            {
                throw new OperationCanceledException(_token);
            }

            await _writer.WriteAsync(message, marshaller, _token).ConfigureAwait(false);
        }
        catch (Exception e) when (MessageReader.IsDisconnect(e))
        {
            throw Gone(e);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    /// <summary>Sends status and trailers for what the handler ended with.</summary>
    public async Task FinishAsync(Exception? failure)
    {
        if (failure is not null)
        {
            StatusCore = ToStatus(failure);
        }

        if (Reason is EndReason.ClientGone or EndReason.Stalled || _writer.IsBroken)
        {
            // Nobody reads a status, or it would wait behind a message without end: only a reset is right.
            LogEnd();
            ResetStream();
            return;
        }

        TrailerWriter.Write(HttpContext.Response, StatusCore, _responseTrailers);
        LogEnd();

        await HttpContext.Response.CompleteAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        lock (_aliveLock)
        {
            _alive = false;
        }

        Interlocked.CompareExchange(ref _end, (int)EndReason.Over, (int)EndReason.None);
        _abortRegistration.Dispose();
        _readRegistration.Dispose();
        _endRegistration.Dispose();
        _cancellation.Dispose();
        Connection?.OnCallEnded();
    }

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (HttpContext.Response.HasStarted)
        {
            throw new InvalidOperationException("The response headers were sent already.");
        }

        foreach (var entry in responseHeaders)
        {
            HttpContext.Response.Headers.Append(entry.Key, MetadataCodec.ToHeaderValue(entry));
        }

        await HttpContext.Response.BodyWriter.FlushAsync(_token).ConfigureAwait(false);
    }

    private OperationCanceledException Gone(Exception e)
    {
        End(EndReason.ClientGone);
        return new OperationCanceledException("The client is gone.", e, _token);
    }

    private void End(EndReason reason)
    {
        if (Interlocked.CompareExchange(ref _end, (int)reason, (int)EndReason.None) == (int)EndReason.None)
        {
            FireToken();
        }
    }

    private void FireToken()
    {
        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call has just ended by itself.
        }
    }

    private void OnStalled()
    {
        // The call may end by itself just now, and what belongs to its stream is gone then.
        lock (_aliveLock)
        {
            if (!_alive)
            {
                return;
            }

            GrpcServerLog.CallStalled(_runtime.Logger, PeerCore, MethodCore, _runtime.Options.FlushTimeout);
            Interlocked.CompareExchange(ref _end, (int)EndReason.Stalled, (int)EndReason.None);
            ResetStream();
        }

        FireToken();
    }

    private void ResetStream()
    {
        if (HttpContext.Features.Get<IHttpResetFeature>() is { } reset)
        {
            reset.Reset(ResetCancel);
        }
        else
        {
            HttpContext.Abort();
        }
    }

    private Status ToStatus(Exception failure)
    {
        if (failure is RpcException rpc)
        {
            foreach (var entry in rpc.Trailers)
            {
                ResponseTrailersCore.Add(entry);
            }

            return rpc.Status;
        }

        if (IsDeadlineExceeded)
        {
            return new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded");
        }

        if (Reason == EndReason.ServerClosing)
        {
            // Agents of Istio log every other text as an error (pilot/pkg/grpc, GRPCErrorType).
            return new Status(StatusCode.Unavailable, "transport is closing");
        }

        // The reason is set before the token fires, so it counts too.
        if (failure is OperationCanceledException && (Reason != EndReason.None || _cancellation.IsCancellationRequested))
        {
            return new Status(StatusCode.Cancelled, "The call was cancelled.");
        }

        GrpcServerLog.HandlerFailed(_runtime.Logger, failure, MethodCore);
        return new Status(StatusCode.Unknown, "Exception was thrown by handler.");
    }

    private Metadata ReadRequestHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in HttpContext.Request.Headers)
        {
            if (MetadataCodec.IsTransportHeader(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                MetadataCodec.AddReceived(metadata, name, value ?? string.Empty);
            }
        }

        return metadata;
    }

    private void LogEnd()
    {
        if (_runtime.Logger.IsEnabled(LogLevel.Debug))
        {
            GrpcServerLog.CallEnded(_runtime.Logger, MethodCore, PeerCore, StatusCore.StatusCode, StatusCore.Detail);
        }
    }
}
