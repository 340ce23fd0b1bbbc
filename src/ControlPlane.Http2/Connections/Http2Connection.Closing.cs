using ControlPlane.Http2.Frames;
using ControlPlane.Http2.Streams;
using Microsoft.AspNetCore.Connections;

namespace ControlPlane.Http2.Connections;

/// <content>How streams end, and the connection: drained by the host or by the client, or at once.</content>
internal sealed partial class Http2Connection
{
    // What a client may need to hear of the first GOAWAY, and we to hear of what it sent before (RFC 9113, 6.8).
    private static readonly TimeSpan RoundTrip = TimeSpan.FromSeconds(1);

    // A peer that does not read gets its last frames so long.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private volatile bool _closing;
    private bool _draining;
    private bool _refusing;
    private long _drainingSince;

    /// <summary>The host stops: what runs may end, and so may streams that cross the GOAWAY.</summary>
    private void BeginDrain()
    {
        lock (Output.Gate)
        {
            (_draining, _drainingSince) = (true, Environment.TickCount64);
            if (_greeted)
                ControlFrames.GoAway(Output.Control, int.MaxValue, ErrorCode.NoError);
            StopIfDrained();
        }

        Output.Send();
    }

    /// <summary>Later streams are no crossing ones.</summary>
    private void EndDrain()
    {
        lock (Output.Gate)
        {
            if (_refusing || _drainingSince == 0 || Environment.TickCount64 - _drainingSince < RoundTrip.TotalMilliseconds)
                return;
            _refusing = true;
            ControlFrames.GoAway(Output.Control, _streams.LastId, ErrorCode.NoError);
        }

        Output.Send();
    }

    /// <summary>The client goes away once it has its answers.</summary>
    private void DrainForClient()
    {
        lock (Output.Gate)
        {
            _draining = true;
            StopIfDrained();
        }
    }

    // Under the gate.
    private void StopIfDrained()
    {
        if (_draining && _streams.Count == 0)
            StopReading();
    }

    private void StopReading()
    {
        _closing = true;

        // On another thread: the loop may go on within the call, and this one may hold the gate.
        ThreadPool.UnsafeQueueUserWorkItem(static input => input.CancelPendingRead(), _input, preferLocal: false);
    }

    // Under the gate.
    private void Reset(int id, ErrorCode code, string reason)
    {
        Http2Log.StreamReset(Logger, Id, id, code, reason);
        _streams.Find(id)?.Abort(new ConnectionResetException($"The stream was reset: {reason}."));
        Remove(id);
        _streams.RememberReset(id);
        ControlFrames.Reset(Output.Control, id, code);
    }

    // Under the gate, by whoever sends: the client must not see the end of a stream that still counts.
    private void OnEndWritten(StreamOutput output)
    {
        if (_streams.Find(output.StreamId) is { } stream)
            RemoveIfOver(stream);
    }

    private void RemoveIfOver(Http2Stream stream)
    {
        if (stream.IsRemoteClosed && stream.Output.IsEndSent)
            Remove(stream.Id);
    }

    private void Remove(int id)
    {
        _streams.Remove(id);
        if (_streams.Count > 0)
            return;
        _clock.SetIdle(true);
        StopIfDrained();
    }

    private async Task RefuseHttp1Async()
    {
        await Preface.RefuseHttp1Async(_context.Transport.Output).ConfigureAwait(false);
        throw new Http2ConnectionException(ErrorCode.Http11Required, "an HTTP/1 request");
    }

    private async Task CloseAsync(ErrorCode code)
    {
        Task ended;
        lock (Output.Gate)
        {
            if (_greeted)
                ControlFrames.GoAway(Output.Control, _streams.LastId, code);
            var gone = new ConnectionResetException("The connection is gone.");
            foreach (var stream in _streams.Snapshot())
            {
                stream.Abort(gone);
                _streams.Remove(stream.Id);
            }

            ended = _running == 0
                ? Task.CompletedTask
                : (_applicationsEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        try
        {
            await Output.CloseAsync().WaitAsync(LastWords).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _context.Abort(new ConnectionAbortedException("The peer does not read."));
            await Output.CloseAsync().ConfigureAwait(false);
        }

        // The client need not wait for applications that are slow to hear of it.
        try
        {
            await _context.Transport.Output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
        {
            // TLS could not send what was left to a peer that is gone.
        }

        await _input.CompleteAsync().ConfigureAwait(false);
        await ended.ConfigureAwait(false);
    }
}
