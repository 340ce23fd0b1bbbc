using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;

namespace ControlPlane.Grpc.Wire;

/// <summary>
/// Reads length-prefixed messages from a pipe. One read at a time; holds no buffer between messages. A value, so that what waits for a message
/// has all it needs in itself: the objects of a thousand idle streams are in no cache.
/// </summary>
/// <param name="input">The pipe.</param>
/// <param name="maxMessageSize">Bytes that a message may have, after decompression.</param>
/// <param name="gzip">Whether messages may be compressed.</param>
/// <param name="onDisconnect">Gives what to throw when the pipe says that its stream is gone; null leaves it as it is.</param>
internal readonly struct MessageReader(PipeReader input, int maxMessageSize, bool gzip, Func<Exception, Exception>? onDisconnect = null)
{
    /// <summary>Reads the next message.</summary>
    /// <returns>The message, or null when the peer has sent its last one.</returns>
    /// <exception cref="RpcException">
    /// The peer broke the protocol (INTERNAL) or the message exceeds the limit (RESOURCE_EXHAUSTED).
    /// </exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T?> ReadAsync<T>(Marshaller<T> marshaller, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (onDisconnect is not null && IsDisconnect(e))
            {
                throw onDisconnect(e);
            }

            if (TryTake(result, marshaller, out var message))
            {
                return message;
            }
        }
    }

    /// <summary>
    /// Gives all remaining messages to a function, one after the other; the next one is read when its task has completed. It is one method
    /// that goes on for each, where <see cref="ReadAsync"/> and what awaits it are two.
    /// </summary>
    /// <returns>Completes when the peer has sent its last one; fails as <see cref="ReadAsync"/> does, or as the function.</returns>
    public async Task ForEachAsync<T, TState>(Marshaller<T> marshaller, TState state, Func<TState, T, Task> take)
        where T : class
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (onDisconnect is not null && IsDisconnect(e))
            {
                throw onDisconnect(e);
            }

            if (!TryTake(result, marshaller, out var message))
            {
                continue;
            }

            if (message is null)
            {
                return;
            }

            await take(state, message).ConfigureAwait(false);
        }
    }

    /// <summary>Ends a read that waits, or else the next one, with <see cref="OperationCanceledException"/>.</summary>
    public void Cancel() => input.CancelPendingRead();

    /// <summary>Whether a server says with it that a stream or its connection is gone; RequestAborted fires later.</summary>
    public static bool IsDisconnect(Exception e) => e is IOException or ObjectDisposedException;

    public static RpcException TooLarge(long size, int limit) =>
        new(new Status(StatusCode.ResourceExhausted, $"Received message larger than max ({size} vs. {limit})"));

    private static RpcException Broken(string detail) => new(new Status(StatusCode.Internal, detail));

    // Whether there is a whole message, or null where no more comes.
    private bool TryTake<T>(in ReadResult result, Marshaller<T> marshaller, out T? message)
        where T : class
    {
        message = null;
        var buffer = result.Buffer;
        if (result.IsCanceled)
        {
            throw new OperationCanceledException("The read was cancelled.");
        }

        if (TryReadFrame(buffer, out var compressed, out var payload))
        {
            message = Decode(payload, compressed, marshaller);
            Advance(payload.End, payload.End);
            return true;
        }

        if (result.IsCompleted)
        {
            var rest = buffer.Length;
            Advance(buffer.End, buffer.End);
            return rest == 0 ? true : throw Broken($"The stream ended inside of a message, {rest} bytes into it.");
        }

        Advance(buffer.Start, buffer.End);
        return false;
    }

    // Servers may tell here too that the stream is gone.
    private void Advance(SequencePosition consumed, SequencePosition examined)
    {
        try
        {
            input.AdvanceTo(consumed, examined);
        }
        catch (Exception e) when (onDisconnect is not null && IsDisconnect(e))
        {
            throw onDisconnect(e);
        }
    }

    private bool TryReadFrame(in ReadOnlySequence<byte> buffer, out bool compressed, out ReadOnlySequence<byte> payload)
    {
        compressed = false;
        payload = default;
        if (buffer.Length < GrpcHeaders.PrefixLength)
        {
            return false;
        }

        Span<byte> joined = stackalloc byte[GrpcHeaders.PrefixLength];
        scoped var prefix = buffer.FirstSpan;
        if (prefix.Length < GrpcHeaders.PrefixLength)
        {
            buffer.Slice(0, GrpcHeaders.PrefixLength).CopyTo(joined);
            prefix = joined;
        }

        if (prefix[0] > 1)
        {
            throw Broken($"The message has the unknown flags {prefix[0]}.");
        }

        compressed = prefix[0] == 1;
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..GrpcHeaders.PrefixLength]);
        if (length > maxMessageSize)
        {
            throw TooLarge(length, maxMessageSize);
        }

        if (buffer.Length - GrpcHeaders.PrefixLength < length)
        {
            return false;
        }

        payload = buffer.Slice(GrpcHeaders.PrefixLength, length);
        return true;
    }

    private T Decode<T>(in ReadOnlySequence<byte> payload, bool compressed, Marshaller<T> marshaller)
    {
        if (!compressed)
        {
            return PayloadContext.Read(payload, marshaller);
        }

        if (!gzip)
        {
            throw Broken("A message is compressed although grpc-encoding names no compression.");
        }

        var (rented, length) = Decompressor.Gunzip(payload, maxMessageSize);
        try
        {
            return PayloadContext.Read(new ReadOnlySequence<byte>(rented, 0, length), marshaller);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
