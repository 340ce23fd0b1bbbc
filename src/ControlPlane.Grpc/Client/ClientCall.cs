using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using ControlPlane.Grpc.Wire;
using Grpc.Core;

namespace ControlPlane.Grpc.Client;

/// <summary>One call on the client, of any kind.</summary>
internal sealed class ClientCall<TRequest, TResponse> : IDisposable
    where TRequest : class
    where TResponse : class
{
    private const int ReadBufferSize = 16 * 1024;

    // What a timer can hold; a later deadline never fires here, the server still knows it.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly GrpcChannel _channel;
    private readonly Method<TRequest, TResponse> _method;
    private readonly string? _host;
    private readonly CallOptions _options;
    private readonly TimeSpan? _timeout;
    private readonly CancellationTokenSource _cancellation;
    private readonly CancellationToken _token;
    private readonly CancellationTokenRegistration _callerRegistration;
    private readonly CancellationTokenRegistration _shutdownRegistration;
    private readonly TaskCompletionSource<Metadata> _headers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _endLock = new();
    private Task<MessageReader?> _response = null!;
    private RequestContent<TRequest> _request = null!;
    private HttpResponseMessage? _http;
    private (Status Status, Metadata Trailers)? _end;
    private bool _cancelled;
    private int _reading;
    private int _writing;

    public ClientCall(GrpcChannel channel, Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        _channel = channel;
        _method = method;
        _host = host;
        _options = options;
        var time = channel.Options.TimeProvider;
        _timeout = options.Deadline is { } deadline && deadline != DateTime.MaxValue
            ? deadline.ToUniversalTime() - time.GetUtcNow().UtcDateTime
            : null;
        _cancellation = _timeout is { } timeout && timeout > TimeSpan.Zero && timeout <= LongestTimer
            ? new CancellationTokenSource(timeout, time)
            : new CancellationTokenSource();
        _token = _cancellation.Token;
        _callerRegistration = Register(options.CancellationToken);
        _shutdownRegistration = Register(channel.Shutdown);
    }

    public Task<Metadata> ResponseHeaders => _headers.Task;

    public WriteOptions? WriteOptions => _options.WriteOptions;

    /// <summary>Sends the request; null begins a stream of requests.</summary>
    public void Start(TRequest? request)
    {
        _request = new RequestContent<TRequest>(
            _method.RequestMarshaller, request, _channel.Options.MaxSendMessageSize, _token);

        // Whoever is interested awaits it; nobody has to.
        _ = _headers.Task.ContinueWith(
            static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        _response = OpenAsync();
    }

    public async Task<TResponse> ReadSingleAsync()
    {
        var response = await ReadNextAsync().ConfigureAwait(false);
        if (response is null || await ReadNextAsync().ConfigureAwait(false) is not null)
        {
            // "Response cardinality violation" in gRPC's table of status codes; it overrules an OK of the server.
            var status = new Status(
                StatusCode.Unimplemented, response is null ? "The server sent no response." : "The server sent more than one response.");
            Cancel();
            End(status, Metadata.Empty);
            _end = (status, Metadata.Empty);
            throw new RpcException(status);
        }

        return response;
    }

    /// <summary>The next response; null when the call ended with OK.</summary>
    /// <exception cref="RpcException">The call ended otherwise.</exception>
    public async Task<TResponse?> ReadNextAsync()
    {
        if (Interlocked.Exchange(ref _reading, 1) != 0)
        {
            throw new InvalidOperationException("Another read of this call is under way; await it first.");
        }

        try
        {
            var reader = await _response.ConfigureAwait(false);
            var message = reader is not { } open || _end is not null
                ? null
                : await open.ReadAsync(_method.ResponseMarshaller, _token).ConfigureAwait(false);
            if (message is null)
            {
                EndOfResponses();
            }

            return message;
        }
        catch (Exception e)
        {
            throw Fail(ToStatus(e));
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    public async Task WriteAsync(TRequest message)
    {
        if (_request.IsComplete && _end is null)
        {
            throw new InvalidOperationException("The requests of this call were completed before.");
        }

        if (Interlocked.Exchange(ref _writing, 1) != 0)
        {
            throw new InvalidOperationException("Another write of this call is under way; await it first.");
        }

        try
        {
            ThrowIfEnded();
            await _request.WriteAsync(message).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The server may have ended the call while we wrote; its status says more than the failed write.
            ThrowIfEnded();
            var status = ToStatus(e);
            throw new RpcException(_end?.Status ?? status);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    public void CompleteRequests() => _request.Complete();

    public void Cancel()
    {
        lock (_endLock)
        {
            if (_end is not null)
            {
                return;
            }

            _cancelled = true;
        }

        try
        {
            _cancellation.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Ended in the meantime.
        }
    }

    public Status GetStatus() => _end?.Status ?? throw new InvalidOperationException("The call has not ended.");

    public Metadata GetTrailers() => _end?.Trailers ?? throw new InvalidOperationException("The call has not ended.");

    public void Dispose()
    {
        if (_end is null)
        {
            Cancel();
            End(new Status(StatusCode.Cancelled, "The call was disposed of."), Metadata.Empty);
        }
    }

    private CancellationTokenRegistration Register(CancellationToken token) =>
        token.UnsafeRegister(static call => ((ClientCall<TRequest, TResponse>)call!).Cancel(), this);

    // Gives the reader of the responses, or null when the answer has only a status.
    private async Task<MessageReader?> OpenAsync()
    {
        try
        {
            if (_timeout is { } timeout && timeout <= TimeSpan.Zero)
            {
                throw new RpcException(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded"));
            }

            _token.ThrowIfCancellationRequested();
            var request = await RequestFactory.CreateAsync(_channel, _method, _host, _options, _timeout, _token)
                .ConfigureAwait(false);
            request.Content = _request;
            _http = await _channel.SendAsync(request, _token).ConfigureAwait(false);
            if (_end is not null)
            {
                // Disposed of while the answer arrived; End could not see it.
                _http.Dispose();
                return null;
            }

            return await ReadHeadersAsync(_http).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw Fail(_request.SerializationFailure is { } failure
                ? failure is RpcException rpc ? rpc.Status : new Status(StatusCode.Internal, $"The request can't be written: {failure.Message}", failure)
                : ToStatus(e));
        }
    }

    private async Task<MessageReader?> ReadHeadersAsync(HttpResponseMessage response)
    {
        if (StatusMapper.TryRead(response.Headers, out var status))
        {
            // Trailers only: what came in the headers are the trailers.
            _headers.TrySetResult(Metadata.Empty);
            End(status, ToMetadata(response.Headers));
            return null;
        }

        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new RpcException(StatusMapper.FromHttp(response.StatusCode));
        }

        var contentType = response.Content.Headers.ContentType?.ToString();
        if (!GrpcHeaders.IsGrpcContentType(contentType))
        {
            throw new RpcException(new Status(StatusCode.Unknown, $"The server answered with content type '{contentType}'."));
        }

        var encoding = response.Headers.TryGetValues(GrpcHeaders.Encoding, out var values) ? values.First() : GrpcHeaders.Identity;
        if (encoding is not (GrpcHeaders.Identity or GrpcHeaders.Gzip))
        {
            throw new RpcException(new Status(StatusCode.Internal, $"The server answered with grpc-encoding '{encoding}'."));
        }

        _headers.TrySetResult(ToMetadata(response.Headers));
        var body = await response.Content.ReadAsStreamAsync(_token).ConfigureAwait(false);
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: ReadBufferSize, useZeroByteReads: true));
        return new MessageReader(pipe, _channel.Options.MaxReceiveMessageSize, encoding == GrpcHeaders.Gzip);
    }

    private static Metadata ToMetadata(HttpResponseHeaders headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers)
        {
            if (MetadataCodec.IsTransportHeader(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                MetadataCodec.AddReceived(metadata, name, value);
            }
        }

        return metadata;
    }

    private void EndOfResponses()
    {
        if (_end is null)
        {
            var trailers = _http!.TrailingHeaders;
            End(
                StatusMapper.TryRead(trailers, out var status)
                    ? status
                    : new Status(StatusCode.Unknown, "The server ended the stream without grpc-status."),
                ToMetadata(trailers));
        }

        var (ended, metadata) = _end!.Value;
        if (ended.StatusCode != StatusCode.OK)
        {
            throw new RpcException(ended, metadata);
        }
    }

    private Status ToStatus(Exception e)
    {
        if (e is RpcException rpc)
        {
            return rpc.Status;
        }

        if (!_token.IsCancellationRequested)
        {
            return StatusMapper.FromTransport(e);
        }

        return _cancelled
            ? new Status(StatusCode.Cancelled, "The call was cancelled by the client.", e)
            : new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded", e);
    }

    private RpcException Fail(Status status)
    {
        End(status, Metadata.Empty);
        var (ended, trailers) = _end!.Value;
        var failure = new RpcException(ended, trailers);
        _headers.TrySetException(failure);
        return failure;
    }

    private void ThrowIfEnded()
    {
        if (_end is var (status, trailers))
        {
            throw status.StatusCode == StatusCode.OK
                ? new InvalidOperationException("The server has ended the call.")
                : new RpcException(status, trailers);
        }
    }

    private void End(Status status, Metadata trailers)
    {
        lock (_endLock)
        {
            if (_end is not null)
            {
                return;
            }

            _end = (status, trailers);
        }

        _request.Complete();
        _callerRegistration.Unregister();
        _shutdownRegistration.Unregister();
        if (status.StatusCode != StatusCode.OK)
        {
            // Stops what the transport still does for this call, with RST_STREAM where the server has not ended it.
            _cancellation.Cancel();
        }

        _http?.Dispose();
        _cancellation.Dispose();
    }
}
