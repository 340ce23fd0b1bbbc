using System.Buffers;
using ControlPlane.Http2.Connections;
using ControlPlane.Http2.Frames;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Http2.Streams;

/// <summary>One stream: a request, the run of the application for it, its response. What the application sees of it is in the other part.</summary>
internal sealed partial class Http2Stream : IThreadPoolWorkItem, IResponseStart, IBodyOwner
{
    private readonly Http2Connection _connection;
    private readonly RequestHead _head;
    private readonly long? _contentLength;
    private readonly RequestBody _body;
    private ReceiveWindow _window;
    private long _received;
    private Exception? _failure;
    private bool _completing;
    private long? _responseLength;

    public Http2Stream(Http2Connection connection, int id, RequestHead head, bool endStream)
    {
        Id = id;
        _connection = connection;
        _head = head;
        _contentLength = head.ContentLength;
        _window = new ReceiveWindow(connection.Options.StreamWindow);
        _body = new RequestBody(connection.Pool, this);
        Output = new StreamOutput(id, connection.Output, connection.Pool, this, connection.Output.InitialWindow);
        IsRemoteClosed = endStream;
        CanHaveBody = !endStream;
        if (endStream)
            _body.End(null);
        (_path, _query) = head.Target;
    }

    /// <summary>Its number.</summary>
    public int Id { get; }

    /// <summary>What is sent.</summary>
    public StreamOutput Output { get; }

    /// <summary>Whether the client has sent its last. Under the gate.</summary>
    public bool IsRemoteClosed { get; private set; }

    /// <summary>Whether either side has reset it, or its connection is gone. Set under the gate, once.</summary>
    public bool IsAborted { get; private set; }

    /// <inheritdoc/>
    public bool IsAlone => _connection.HasOneStream;

    /// <summary>Whether the body that has come is not, or can no longer be, as long as content-length says. Under the gate.</summary>
    private bool HasWrongLength => _contentLength is { } length && (IsRemoteClosed ? _received != length : _received > length);

    /// <summary>Whether its answer has no body (RFC 9110, 6.4.1).</summary>
    private bool IsBodiless =>
        HttpMethods.IsHead(_head.Method!) || StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified;

    /// <inheritdoc/>
    public void Execute() => _ = RunAsync();

    /// <summary>Takes account of bytes that have come, padding and all. Under the gate.</summary>
    /// <exception cref="Http2StreamException">They are more than may come.</exception>
    public void Receive(int frameLength, int dataLength, bool endStream)
    {
        if (IsRemoteClosed)
            throw new Http2StreamException(Id, ErrorCode.StreamClosed, "DATA after the end of the stream");
        if (!_window.TryTake(frameLength))
            throw new Http2StreamException(Id, ErrorCode.FlowControlError, "more DATA than the window of the stream allows");
        _received += dataLength;
        IsRemoteClosed = endStream;
        if (HasWrongLength)
            throw new Http2StreamException(Id, ErrorCode.ProtocolError, "content-length is not the length of the body");
    }

    /// <summary>Gives bytes that have come to the application, which may go on with them on this thread.</summary>
    public void Append(in ReadOnlySequence<byte> data, int padding, bool endStream)
    {
        var unread = padding;
        if (data.Length > 0 && !_body.TryAppend(data))
            unread += (int)data.Length;
        if (endStream)
            _body.End(null);
        if (unread > 0)
            OnExamined(unread);
    }

    /// <summary>The client's trailers have come. Under the gate.</summary>
    /// <exception cref="Http2StreamException">They may not come now.</exception>
    public void EndByTrailers(IHeaderDictionary trailers)
    {
        if (IsRemoteClosed)
            throw new Http2StreamException(Id, ErrorCode.StreamClosed, "HEADERS after the end of the stream");
        IsRemoteClosed = true;
        _requestTrailers = trailers;
        if (HasWrongLength)
            throw new Http2StreamException(Id, ErrorCode.ProtocolError, "content-length is not the length of the body");
    }

    /// <summary>After trailers: no more of the body comes.</summary>
    public void EndBody() => _body.End(null);

    /// <summary>Ends it at once. Under the gate; the application hears of it soon after.</summary>
    public void Abort(Exception reason)
    {
        if (IsAborted)
            return;
        IsAborted = true;
        _failure = reason;
        Output.Close();
        ThreadPool.UnsafeQueueUserWorkItem(static stream => stream.TellApplication(), this, preferLocal: false);
    }

    /// <inheritdoc/>
    public void OnExamined(int bytes)
    {
        int increment;
        lock (_connection.Output.Gate)
        {
            increment = IsRemoteClosed || IsAborted ? 0 : _window.GiveBack(bytes);
            if (increment > 0)
                ControlFrames.WindowUpdate(_connection.Output.Control, Id, increment);
            increment += _connection.GiveBack(bytes);
        }

        if (increment > 0)
            _connection.Output.Send();
    }

    /// <inheritdoc/>
    public Task StartAsync()
    {
        if (HasStarted)
            return Task.CompletedTask;
        if (_onStarting is not null)
            return StartSlowlyAsync();
        Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task CompleteAsync()
    {
        if (_completing)
            return;
        _completing = true;
        await StartAsync().ConfigureAwait(false);
        if (_responseLength is { } length && length != Output.Written && !IsBodiless && !IsAborted)
            throw new InvalidOperationException($"The body of the response has {Output.Written} bytes, but its content-length is {length}.");
        ReadOnlyMemory<byte>? block = null;
        if (_trailers is { Count: > 0 } trailers)
            block = ResponseBlock.Trailers(trailers);
        await Output.EndAsync(block).ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        try
        {
            await _connection.Application.RunAsync(this).ConfigureAwait(false);
            await CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await FailAsync(e).ConfigureAwait(false);
        }

        await RunAllAsync(_onCompleted).ConfigureAwait(false);
        _body.Complete();
        Output.Release();
        _connection.OnApplicationEnded(this);
    }

    private async Task FailAsync(Exception failure)
    {
        if (!IsAborted)
            Http2Log.ApplicationFailed(_connection.Logger, failure, _connection.Id, RawTarget);
        if (HasStarted)
        {
            _connection.Reset(this, ErrorCode.InternalError, "the application has failed");
            return;
        }

        ResponseHeaders = new HeaderDictionary();
        StatusCode = StatusCodes.Status500InternalServerError;
        _trailers = null;
        (_onStarting, _completing) = (null, false);
        await CompleteAsync().ConfigureAwait(false);
    }

    private async Task StartSlowlyAsync()
    {
        var callbacks = _onStarting;
        _onStarting = null;
        for (var i = callbacks!.Count - 1; i >= 0; i--)
            await callbacks[i].Callback(callbacks[i].State).ConfigureAwait(false);
        if (!HasStarted)
            Start();
    }

    private void Start()
    {
        var block = ResponseBlock.Head(StatusCode, ResponseHeaders);
        HasStarted = true;
        _responseLength = ResponseHeaders.ContentLength;
        if (ResponseHeaders is HeaderDictionary headers)
            headers.IsReadOnly = true;
        Output.SetHead(block, IsBodiless);
    }

    private async Task RunAllAsync(List<(Func<object, Task> Callback, object State)>? callbacks)
    {
        for (var i = (callbacks?.Count ?? 0) - 1; i >= 0; i--)
        {
            try
            {
                await callbacks![i].Callback(callbacks[i].State).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Http2Log.ApplicationFailed(_connection.Logger, e, _connection.Id, RawTarget);
            }
        }
    }

    private void TellApplication()
    {
        _body.End(_failure);
        CancellationTokenSource? source;
        lock (_tokenLock)
            source = _abortSource;
        try
        {
            source?.Cancel();
        }
        catch (AggregateException e)
        {
            Http2Log.ApplicationFailed(_connection.Logger, e, _connection.Id, RawTarget);
        }
    }
}
