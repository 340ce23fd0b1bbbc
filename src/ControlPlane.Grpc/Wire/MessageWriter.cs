using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;

namespace ControlPlane.Grpc.Wire;

/// <summary>
/// Writes length-prefixed messages to a pipe. A small message of announced length is serialized straight into the pipe's own memory.
/// A larger one is gathered first (references to shared segments, rented arrays for the rest) and copied to the pipe in bounded
/// chunks, each in one piece of memory and flushed, so that a slow peer never makes the transport buffer a whole message.
/// Not thread-safe; the owner allows one write at a time.
/// </summary>
internal sealed class MessageWriter(PipeWriter output, int? maxMessageSize, FlushGuard? guard, WriteTurns? turns = null)
    : SerializationContext, IBufferWriter<byte>, ISharedSegmentWriter
{
    // Up to this size a message goes to the pipe in one piece.
    private const int DirectLimit = 16 * 1024;

    // What is given to the transport before waiting for the peer to take it: four frames of HTTP/2's usual size, or two.
    private const int LargeChunk = 64 * 1024;
    private const int SmallChunk = 32 * 1024;

    private const int Unknown = -1;

    private readonly GatherBuffer _gathered = new();
    private WriteTurn? _turn;
    private Memory<byte> _direct;
    private int _announced = Unknown;
    private long _written;
    private State _state;

    private enum State
    {
        Idle,
        Direct,
        Gathering,
        Complete,
    }

    /// <summary>True when the peer has not taken a message, perhaps a part of it only, so that nothing sensible can follow on this stream.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Serializes and sends a message; completes when the transport has taken it.</summary>
    public ValueTask WriteAsync<T>(T message, Marshaller<T> marshaller, CancellationToken cancellationToken)
    {
        var usedDirect = false;
        try
        {
            marshaller.ContextualSerializer(message, this);
            if (_state != State.Complete)
            {
                throw new InvalidOperationException($"The serializer of {typeof(T)} did not complete the message.");
            }

            if (_written > (maxMessageSize ?? int.MaxValue))
            {
                throw new RpcException(new Status(
                    StatusCode.ResourceExhausted, $"Message to send is larger than max ({_written} vs. {maxMessageSize ?? int.MaxValue})"));
            }

            usedDirect = !_direct.IsEmpty;
            if (usedDirect)
            {
                // Only now do the bytes become part of the stream: a serializer that fails leaves nothing behind.
                WritePrefix(_direct.Span, (int)_written);
                output.Advance(GrpcHeaders.PrefixLength + (int)_written);
            }
        }
        catch
        {
            Reset();
            throw;
        }

        if (usedDirect)
        {
            Reset();
            return FlushAsync(cancellationToken);
        }

        return SendGatheredAsync(cancellationToken);
    }

    public override void SetPayloadLength(int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        Expect(State.Idle);
        _announced = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_state == State.Idle)
        {
            if (_announced is >= 0 and <= DirectLimit)
            {
                _direct = output.GetMemory(GrpcHeaders.PrefixLength + _announced);
                _state = State.Direct;
            }
            else
            {
                _state = State.Gathering;
            }
        }

        return this;
    }

    public override void Complete(byte[] payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        Expect(State.Idle);
        _announced = payload.Length;
        GetBufferWriter();
        WriteShared(payload);
        Complete();
    }

    public override void Complete()
    {
        if (_state == State.Idle)
        {
            GetBufferWriter();
        }

        if (_announced != Unknown && _announced != _written)
        {
            throw new InvalidOperationException($"The serializer announced {_announced} bytes and wrote {_written}.");
        }

        _state = State.Complete;
    }

    public void WriteShared(ReadOnlyMemory<byte> segment)
    {
        if (_state == State.Direct)
        {
            RequireRoom(segment.Length);
            segment.Span.CopyTo(_direct.Span[(GrpcHeaders.PrefixLength + (int)_written)..]);
            _written += segment.Length;
            return;
        }

        Expect(State.Gathering);
        _gathered.Append(segment);
        _written += segment.Length;
    }

    public void Advance(int count)
    {
        if (_state == State.Direct)
        {
            RequireRoom(count);
        }
        else
        {
            Expect(State.Gathering);
            _gathered.Advance(count);
        }

        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_state == State.Direct)
        {
            var rest = _direct[(GrpcHeaders.PrefixLength + (int)_written)..];

            // Serializers may ask for room they don't use in the end; what they do use is checked in Advance.
            return rest.Length >= Math.Max(sizeHint, 1) ? rest : new byte[Math.Max(sizeHint, 1)];
        }

        Expect(State.Gathering);
        return _gathered.GetMemory(sizeHint);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private static void WritePrefix(Span<byte> target, int length)
    {
        target[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(target[1..], length);
    }

    private async ValueTask SendGatheredAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Until the first turn comes nothing of the message is given, and the stream stays whole.
            var left = GrpcHeaders.PrefixLength + _written;
            var chunk = await NextChunkAsync(left, cancellationToken).ConfigureAwait(false);
            WritePrefix(chunk.Span, (int)_written);
            var used = GrpcHeaders.PrefixLength;
            IsBroken = true;
            foreach (var segment in _gathered.Seal())
            {
                for (var rest = segment; !rest.IsEmpty;)
                {
                    if (used == chunk.Length)
                    {
                        await SendChunkAsync(used, cancellationToken).ConfigureAwait(false);
                        left -= used;
                        chunk = await NextChunkAsync(left, cancellationToken).ConfigureAwait(false);
                        used = 0;
                    }

                    var part = rest[..Math.Min(rest.Length, chunk.Length - used)];
                    part.CopyTo(chunk[used..]);
                    used += part.Length;
                    rest = rest[part.Length..];
                }
            }

            await SendChunkAsync(used, cancellationToken).ConfigureAwait(false);
            IsBroken = false;
        }
        finally
        {
            if (_turn is not null)
            {
                turns?.GiveBack(_turn);
            }

            Reset();
        }
    }

    private async ValueTask<Memory<byte>> NextChunkAsync(long left, CancellationToken cancellationToken)
    {
        if (turns is not null)
        {
            await turns.TakeAsync(_turn ??= new WriteTurn(), cancellationToken).ConfigureAwait(false);
        }

        var length = (int)Math.Min(left, turns is { ManyAreSlow: false } ? LargeChunk : SmallChunk);
        return output.GetMemory(length)[..length];
    }

    private async ValueTask SendChunkAsync(int length, CancellationToken cancellationToken)
    {
        output.Advance(length);
        if (_turn is not null)
        {
            turns?.BeginFlush(_turn);
        }

        await FlushAsync(cancellationToken).ConfigureAwait(false);
        if (_turn is not null)
        {
            turns?.EndFlush(_turn);
        }
    }

    private ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        // Without the token: a server may reset a stream with INTERNAL_ERROR when the token of a flush fires, as Kestrel does.
        var flush = output.FlushAsync(CancellationToken.None);
        if (flush.IsCompletedSuccessfully)
        {
            Check(flush.Result);
            return ValueTask.CompletedTask;
        }

        return AwaitFlush(flush, cancellationToken);
    }

    private async ValueTask AwaitFlush(ValueTask<FlushResult> flush, CancellationToken cancellationToken)
    {
        guard?.Enter();
        try
        {
            using var registration = cancellationToken.UnsafeRegister(static pipe => ((PipeWriter)pipe!).CancelPendingFlush(), output);
            var result = await flush.ConfigureAwait(false);

            // Some streams hide from the result that the wait was cancelled.
            cancellationToken.ThrowIfCancellationRequested();
            Check(result);
        }
        catch
        {
            IsBroken = true;
            throw;
        }
        finally
        {
            guard?.Leave();
        }
    }

    private static void Check(FlushResult result)
    {
        if (result.IsCanceled)
        {
            throw new OperationCanceledException("The write was cancelled.");
        }

        if (result.IsCompleted)
        {
            throw new IOException("The peer reads no further.");
        }
    }

    private void RequireRoom(int count)
    {
        if (count < 0 || count > _announced - _written)
        {
            throw new InvalidOperationException($"The serializer wrote more than the {_announced} bytes it announced.");
        }
    }

    private void Expect(State state)
    {
        if (_state != state)
        {
            throw new InvalidOperationException($"Serialization step out of order: {_state} instead of {state}.");
        }
    }

    private void Reset()
    {
        if (_direct.IsEmpty)
        {
            _gathered.Clear();
        }

        _direct = default;
        _announced = Unknown;
        _written = 0;
        _state = State.Idle;
    }
}
