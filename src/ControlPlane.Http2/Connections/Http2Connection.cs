using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using ControlPlane.Http2.Frames;
using ControlPlane.Http2.Hosting;
using ControlPlane.Http2.Hpack;
using ControlPlane.Http2.Streams;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Http2.Connections;

/// <summary>
/// One HTTP/2 connection, from its preface to its end. One loop reads its frames (the other part says what each does) and gives requests to the
/// application; everybody sends through <see cref="Output"/>, whose gate guards the streams too.
/// </summary>
internal sealed partial class Http2Connection
{
    private readonly ConnectionContext _context;
    private readonly PipeReader _input;
    private readonly HpackDecoder _decoder;
    private readonly AbuseBudget _abuse;

    // Looked at for each frame, so that they are no objects of their own: those of a thousand connections are in no cache.
    private HeaderBlock _block;
    private StreamTable _streams;
    private ConnectionClock _clock;
    private ReceiveWindow _window;

    private ConnectionInfo? _info;
    private TaskCompletionSource? _applicationsEnded;
    private int _running;
    private bool _greeted;

    public Http2Connection(ConnectionContext context, Http2Application application, Http2Options options, ILogger logger)
    {
        // First, so that it lies beside this: both are looked at for each frame.
        Output = new FrameOutput(context.Transport.Output, context.Features.Get<IFlushWatch>(), OnEndWritten);
        _context = context;
        _input = context.Transport.Input;
        Application = application;
        Options = options;
        Logger = logger;
        Pool = context.Features.Get<IMemoryPoolFeature>()?.MemoryPool ?? MemoryPool<byte>.Shared;
        _decoder = new HpackDecoder();
        _streams = new StreamTable();
        _block = new HeaderBlock(2 * options.MaxHeaderListSize);
        _abuse = new AbuseBudget(options.MaxStreams, TimeProvider.System);
        _clock = new ConnectionClock(options);
        _window = new ReceiveWindow(options.ConnectionWindow);
    }

    /// <summary>The application.</summary>
    public Http2Application Application { get; }

    /// <summary>The limits.</summary>
    public Http2Options Options { get; }

    /// <summary>The log.</summary>
    public ILogger Logger { get; }

    /// <summary>Memory for bodies.</summary>
    public MemoryPool<byte> Pool { get; }

    /// <summary>Whether it has no more than one stream.</summary>
    public bool HasOneStream => _streams.Count <= 1;

    /// <summary>Sends frames.</summary>
    public FrameOutput Output { get; }

    /// <summary>The name of the connection in logs.</summary>
    public string Id => _context.ConnectionId;

    /// <summary>Serves the connection to its end.</summary>
    public async Task RunAsync()
    {
        if (_context.Features.Get<ISslStreamFeature>() is { } tls && tls.SslStream.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
        {
            Http2Log.ConnectionFault(Logger, Id, ErrorCode.Http11Required, "the client has not chosen h2 in its TLS handshake");
            return;
        }

        _context.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(static connection => ((Http2Connection)connection).OnHeartbeat(), this);
        var closeRequested = _context.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
        var end = ErrorCode.NoError;
        try
        {
            await using var registration = closeRequested.UnsafeRegister(static connection => ((Http2Connection)connection!).BeginDrain(), this).ConfigureAwait(false);
            await StartReading().ConfigureAwait(false);
        }
        catch (Http2ConnectionException e)
        {
            end = e.Code;
            Http2Log.ConnectionFault(Logger, Id, e.Code, e.Message);
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException or OperationCanceledException)
        {
            Http2Log.ConnectionFault(Logger, Id, ErrorCode.NoError, e.Message);
        }
        finally
        {
            await CloseAsync(end).ConfigureAwait(false);
        }
    }

    /// <summary>A feature of the connection.</summary>
    public object? GetFeature(Type type) => type == typeof(IHttpConnectionFeature) ? _info ??= new ConnectionInfo(_context) : _context.Features[type];

    /// <summary>Bytes of bodies may come again. Under the gate.</summary>
    /// <returns>What the peer was told; 0 for nothing.</returns>
    public int GiveBack(int bytes)
    {
        var increment = _window.GiveBack(bytes);
        if (increment > 0)
            ControlFrames.WindowUpdate(Output.Control, 0, increment);
        return increment;
    }

    /// <summary>Resets a stream on behalf of the application; one that has ended stays as it is.</summary>
    public void Reset(Http2Stream stream, ErrorCode code, string reason)
    {
        lock (Output.Gate)
        {
            if (_streams.Find(stream.Id) != stream)
                return;
            Reset(stream.Id, code, reason);
        }

        Output.Send();
    }

    /// <summary>The application is done with a stream.</summary>
    public void OnApplicationEnded(Http2Stream stream)
    {
        lock (Output.Gate)
        {
            if (_streams.Find(stream.Id) == stream)
            {
                // The answer is there and the client still sends what nobody reads (RFC 9113, 8.1).
                Reset(stream.Id, stream.Output.IsEndSent ? ErrorCode.NoError : ErrorCode.InternalError, "the application has ended");
            }

            if (--_running == 0)
                _applicationsEnded?.TrySetResult();
        }

        Output.Send();
    }

    // Not before the preface: a client of HTTP/1 gets an answer that it understands, and nothing else.
    private void Greet()
    {
        lock (Output.Gate)
        {
            _greeted = true;
            ControlFrames.Settings(Output.Control, Options.MaxStreams, Options.StreamWindow, Options.MaxHeaderListSize);
            const int defaultWindow = 65_535;
            if (Options.ConnectionWindow > defaultWindow)
                ControlFrames.WindowUpdate(Output.Control, 0, Options.ConnectionWindow - defaultWindow);
        }

        Output.Send();
    }

    // Without what Kestrel's logging keeps for the connection: that would be brought back for each read.
    private Task StartReading()
    {
        using (ExecutionContext.SuppressFlow())
            return ReadAsync();
    }

    private async Task ReadAsync()
    {
        while (!_closing)
        {
            var result = await _input.ReadAsync().ConfigureAwait(false);
            var buffer = result.Buffer;
            _clock.OnRead();
            try
            {
                if (!_greeted)
                {
                    if (Preface.TryRead(ref buffer, out var isHttp1))
                        Greet();
                    else if (isHttp1)
                        await RefuseHttp1Async().ConfigureAwait(false);
                }

                while (_greeted && FrameHeader.TryRead(ref buffer, out var header, out var payload))
                    Take(header, payload);
                _clock.Expect(!_greeted || !buffer.IsEmpty || _block.StreamId != 0);
            }
            finally
            {
                _input.AdvanceTo(buffer.Start, buffer.End);
            }

            Output.Send();
            if (result.IsCompleted || result.IsCanceled)
                return;
        }
    }

    private void OnHeartbeat()
    {
        EndDrain();
        switch (_clock.Look())
        {
            case ConnectionClock.Verdict.Ping:
                lock (Output.Gate)
                    ControlFrames.Ping(Output.Control, acknowledge: false, "controlp"u8);
                Output.Send();
                break;
            case ConnectionClock.Verdict.Idle:
                StopReading();
                break;
            case ConnectionClock.Verdict.Dead:
                _context.Abort(new ConnectionAbortedException("The peer does not answer pings."));
                break;
            case ConnectionClock.Verdict.Slow:
                _context.Abort(new ConnectionAbortedException("The peer does not end what it has begun."));
                break;
            default:
                break;
        }
    }
}
