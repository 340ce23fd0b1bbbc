using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using ControlPlane.Grpc.Wire;
using Grpc.Core;

namespace ControlPlane.Grpc.Client;

/// <summary>The body of a call's request: one message, or messages until <see cref="Complete"/>.</summary>
internal sealed class RequestContent<TRequest> : HttpContent
    where TRequest : class
{
    private readonly Marshaller<TRequest> _marshaller;
    private readonly int? _maxMessageSize;
    private readonly TRequest? _single;
    private readonly CancellationToken _callToken;
    private readonly TaskCompletionSource<MessageWriter> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Creates a body; without a single message it is a stream.</summary>
    public RequestContent(Marshaller<TRequest> marshaller, TRequest? single, int? maxMessageSize, CancellationToken callToken)
    {
        _marshaller = marshaller;
        _single = single;
        _maxMessageSize = maxMessageSize;
        _callToken = callToken;
        Headers.ContentType = new MediaTypeHeaderValue(GrpcHeaders.GrpcContentType);
    }

    /// <summary>What the serializer threw for the single message; the transport reports only that the body failed.</summary>
    public Exception? SerializationFailure { get; private set; }

    public bool IsComplete => _complete.Task.IsCompleted;

    /// <summary>Sends one message of a stream, once the transport takes the body.</summary>
    public async Task WriteAsync(TRequest message)
    {
        var writer = await _opened.Task.WaitAsync(_callToken).ConfigureAwait(false);
        await writer.WriteAsync(message, _marshaller, _callToken).ConfigureAwait(false);
    }

    /// <summary>Ends the body.</summary>
    public void Complete() => _complete.TrySetResult();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        var writer = new MessageWriter(output, _maxMessageSize, guard: null);
        if (_single is not null)
        {
            try
            {
                await writer.WriteAsync(_single, _marshaller, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not (IOException or OperationCanceledException))
            {
                SerializationFailure = e;
                throw;
            }

            return;
        }

        // The headers go out now, so that the server may answer before the first message.
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        _opened.TrySetResult(writer);
        await _complete.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        _complete.TrySetResult();
        base.Dispose(disposing);
    }
}
