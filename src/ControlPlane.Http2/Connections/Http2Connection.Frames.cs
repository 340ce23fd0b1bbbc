using System.Buffers;
using ControlPlane.Http2.Frames;
using ControlPlane.Http2.Streams;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using static ControlPlane.Http2.Frames.FrameRules;

namespace ControlPlane.Http2.Connections;

/// <content>What each frame of the client does (RFC 9113, 6).</content>
internal sealed partial class Http2Connection
{
    private bool _hasSettings;

    private void Take(in FrameHeader header, ReadOnlySequence<byte> payload)
    {
        if (!_hasSettings && (header.Type != FrameType.Settings || header.Has(FrameFlags.Acknowledge)))
            throw Broken("the first frame is not SETTINGS");
        if (_block.StreamId != 0 && (header.Type != FrameType.Continuation || header.StreamId != _block.StreamId))
            throw Broken("another frame inside of a header block");
        try
        {
            TakeOne(header, payload);
        }
        catch (Http2StreamException e)
        {
            lock (Output.Gate)
                Reset(e.StreamId, e.Code, e.Message);
            CountAbuse("too many bad streams");
        }
    }

    private void TakeOne(in FrameHeader header, ReadOnlySequence<byte> payload)
    {
        switch (header.Type)
        {
            case FrameType.Data:
                TakeData(header, payload);
                break;
            case FrameType.Headers:
                TakeHeaders(header, payload);
                break;
            case FrameType.Continuation:
                TakeContinuation(header, payload);
                break;
            case FrameType.Priority:
                TakePriority(header, payload);
                break;
            case FrameType.ResetStream:
                TakeReset(header, payload);
                break;
            case FrameType.Settings:
                TakeSettings(header, payload);
                break;
            case FrameType.PushPromise:
                throw Broken("PUSH_PROMISE of a client");
            case FrameType.Ping:
                TakePing(header, payload);
                break;
            case FrameType.GoAway:
                RequireConnection(header);
                if (payload.Length < GoAwayLength)
                    throw WrongSize("GOAWAY");
                DrainForClient();
                break;
            case FrameType.WindowUpdate:
                TakeWindowUpdate(header, payload);
                break;
            default:
                break; // what we don't know is passed over (5.5)
        }
    }

    private void TakeData(in FrameHeader header, ReadOnlySequence<byte> payload)
    {
        RequireStream(header);
        var data = Unpad(header, payload);
        var endStream = header.Has(FrameFlags.EndStream);
        if (data.IsEmpty && !endStream)
            CountAbuse("too many empty DATA frames");
        Http2Stream? stream;
        lock (Output.Gate)
        {
            if (!_window.TryTake(header.Length))
                throw new Http2ConnectionException(ErrorCode.FlowControlError, "more DATA than the window of the connection allows");
            stream = _streams.Find(header.StreamId);
            RequireUsed(header);
            try
            {
                if (stream is null && !_streams.WasReset(header.StreamId))
                    throw new Http2StreamException(header.StreamId, ErrorCode.StreamClosed, "DATA for a stream that is closed");
                stream?.Receive(header.Length, (int)data.Length, endStream);
            }
            catch (Http2StreamException)
            {
                GiveBack(header.Length);
                throw;
            }

            if (stream is null)
            {
                GiveBack(header.Length);
                return;
            }

            if (endStream)
                RemoveIfOver(stream);
        }

        stream.Append(data, header.Length - (int)data.Length, endStream);
    }

    private void TakeHeaders(in FrameHeader header, ReadOnlySequence<byte> payload)
    {
        RequireStream(header);
        var fragment = Unpad(header, payload);
        if (header.Has(FrameFlags.Priority))
        {
            if (fragment.Length < PriorityLength)
                throw WrongSize("HEADERS");
            RequireOtherStream(header.StreamId, fragment);
            fragment = fragment.Slice(PriorityLength);
        }

        var endStream = header.Has(FrameFlags.EndStream);
        if (!header.Has(FrameFlags.EndHeaders))
        {
            _block.Begin(header.StreamId, endStream, fragment);
            return;
        }

        if (fragment.IsSingleSegment)
        {
            TakeBlock(header.StreamId, endStream, fragment.FirstSpan);
            return;
        }

        _block.Begin(header.StreamId, endStream, fragment);
        TakeJoinedBlock();
    }

    private void TakeContinuation(in FrameHeader header, ReadOnlySequence<byte> payload)
    {
        if (_block.StreamId == 0)
            throw Broken("CONTINUATION without HEADERS");
        _block.Append(payload);
        if (header.Has(FrameFlags.EndHeaders))
            TakeJoinedBlock();
    }

    private void TakeJoinedBlock()
    {
        var id = _block.StreamId;
        try
        {
            TakeBlock(id, _block.EndStream, _block.Bytes);
        }
        finally
        {
            _block.Clear();
        }
    }

    private void TakeBlock(int id, bool endStream, ReadOnlySpan<byte> block)
    {
        Http2Stream? stream;
        bool isNew;
        lock (Output.Gate)
        {
            stream = _streams.Find(id);
            isNew = stream is null && id > _streams.LastId;
            if (isNew && id % 2 == 0)
                throw Broken("a client's stream with an even number");
            if (!isNew && stream is null && !_streams.WasReset(id))
                throw new Http2ConnectionException(ErrorCode.StreamClosed, "HEADERS for a stream that is closed");
        }

        // Whatever becomes of the stream, the decoder must keep up with the client's encoder.
        var head = new RequestHead(Options.MaxHeaderListSize, trailers: !isNew);
        _decoder.Decode(block, head);
        if (isNew)
            Open(id, endStream, head);
        else if (stream is not null)
            EndByTrailers(stream, endStream, head);
    }

    private void EndByTrailers(Http2Stream stream, bool endStream, RequestHead head)
    {
        lock (Output.Gate)
        {
            if (stream.IsRemoteClosed)
                throw new Http2StreamException(stream.Id, ErrorCode.StreamClosed, "HEADERS after the end of the stream");
            if (!endStream || head.Fault is not null || head.IsTooLarge)
                throw new Http2StreamException(stream.Id, ErrorCode.ProtocolError, head.Fault ?? "trailers that do not end the stream, or too many");
            stream.EndByTrailers(head.Fields);
            RemoveIfOver(stream);
        }

        stream.EndBody();
    }

    private void Open(int id, bool endStream, RequestHead head)
    {
        Http2Stream stream;
        lock (Output.Gate)
        {
            _streams.Use(id);
            if (head.IsTooLarge)
            {
                Output.WriteHeaders(Output.Control, id, ResponseBlock.Head(StatusCodes.Status431RequestHeaderFieldsTooLarge, new HeaderDictionary()).Span, endStream: true);
                throw new Http2StreamException(id, ErrorCode.NoError, "more header fields than may be");
            }

            if (head.FindFault(endStream) is { } fault)
                throw new Http2StreamException(id, ErrorCode.ProtocolError, fault);

            // A stream that was reset counts until the application has left it.
            if (_refusing || _streams.Count >= Options.MaxStreams || _running >= 2 * Options.MaxStreams)
                throw new Http2StreamException(id, ErrorCode.RefusedStream, "more streams than may be");
            stream = new Http2Stream(this, id, head, endStream);
            _streams.Add(stream);
            _running++;
            _clock.SetIdle(false);
        }

        ThreadPool.UnsafeQueueUserWorkItem(stream, preferLocal: false);
    }

    private void TakePriority(in FrameHeader header, ReadOnlySequence<byte> payload)
    {
        RequireStream(header);
        if (payload.Length != PriorityLength)
            throw new Http2StreamException(header.StreamId, ErrorCode.FrameSizeError, "PRIORITY of a wrong size");
        RequireOtherStream(header.StreamId, payload);
        CountAbuse("too many PRIORITY frames");
    }

    private void TakeReset(in FrameHeader header, ReadOnlySequence<byte> payload)
    {
        RequireStream(header);
        if (payload.Length != CodeLength)
            throw WrongSize("RST_STREAM");
        lock (Output.Gate)
        {
            RequireUsed(header);
            if (_streams.Find(header.StreamId) is not { } stream)
                return;
            stream.Abort(new ConnectionResetException($"The client has reset the stream ({(ErrorCode)ReadUInt32(payload)})."));
            Remove(stream.Id);
        }

        CountAbuse("too many streams reset");
    }

    private void TakeSettings(in FrameHeader header, ReadOnlySequence<byte> payload)
    {
        RequireConnection(header);
        if (header.Has(FrameFlags.Acknowledge))
        {
            if (payload.Length != 0)
                throw WrongSize("SETTINGS");
            return;
        }

        var window = PeerSettings.Read(payload);
        if (_hasSettings)
            CountAbuse("too many SETTINGS frames");
        _hasSettings = true;
        lock (Output.Gate)
        {
            if (window is { } size && !Output.TrySetInitialWindow(size, _streams.Outputs))
                throw new Http2ConnectionException(ErrorCode.FlowControlError, "SETTINGS_INITIAL_WINDOW_SIZE makes a window too large");
            ControlFrames.SettingsAcknowledged(Output.Control);
            RequireCalm();
        }
    }

    private void TakePing(in FrameHeader header, ReadOnlySequence<byte> payload)
    {
        RequireConnection(header);
        if (payload.Length != PingLength)
            throw WrongSize("PING");
        if (header.Has(FrameFlags.Acknowledge))
        {
            _clock.OnPingAnswered();
            return;
        }

        Span<byte> content = stackalloc byte[PingLength];
        payload.CopyTo(content);
        lock (Output.Gate)
        {
            ControlFrames.Ping(Output.Control, acknowledge: true, content);
            RequireCalm();
        }
    }

    private void TakeWindowUpdate(in FrameHeader header, ReadOnlySequence<byte> payload)
    {
        if (payload.Length != CodeLength)
            throw WrongSize("WINDOW_UPDATE");
        var increment = (int)(ReadUInt32(payload) & int.MaxValue);
        lock (Output.Gate)
        {
            if (header.StreamId == 0)
            {
                if (increment == 0)
                    throw Broken("WINDOW_UPDATE of nothing");
                if (!Output.TryAddWindow(increment, _streams.Outputs))
                    throw new Http2ConnectionException(ErrorCode.FlowControlError, "the window of the connection is too large");
                return;
            }

            RequireUsed(header);
            if (_streams.Find(header.StreamId) is not { } stream)
                return;
            if (increment == 0)
                throw new Http2StreamException(header.StreamId, ErrorCode.ProtocolError, "WINDOW_UPDATE of nothing");
            if (!Output.TryAddWindow(stream.Output, increment))
                throw new Http2StreamException(header.StreamId, ErrorCode.FlowControlError, "the window of the stream is too large");
        }
    }

    private void CountAbuse(string reason)
    {
        if (!_abuse.TryTake())
            throw new Http2ConnectionException(ErrorCode.EnhanceYourCalm, reason);
    }

    private void RequireCalm()
    {
        if (Output.IsFlooded)
            throw new Http2ConnectionException(ErrorCode.EnhanceYourCalm, "the client does not read the answers that it asks for");
    }

    private void RequireUsed(in FrameHeader header)
    {
        if (header.StreamId > _streams.LastId || header.StreamId % 2 == 0)
            throw Broken($"{header.Type} for a stream that was never opened");
    }
}
