using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Requests;

namespace ControlPlane.Kubernetes.Writers.Statuses;

/// <summary>
/// Writes statuses: reads the object, edits what is ours, writes only where that differs and only over the state that was read, so that neither
/// other writers nor a second replica lose anything. Of several edits of one object the last counts. Thread-safe.
/// </summary>
public sealed class StatusWriter
{
    private readonly ObjectClient _client;
    private readonly StatusOptions _options;
    private readonly Func<bool> _mayWrite;
    private readonly TimeProvider _time;
    private readonly RequestLimiter _limiter;
    private readonly WorkQueue<StatusTarget> _queue;
    private readonly Lock _lock = new();
    private readonly Dictionary<StatusTarget, Wanted> _wanted = [];
    private readonly Dictionary<StatusTarget, string> _told = [];
    private long _written;

    internal StatusWriter(ObjectClient client, StatusOptions options, Func<bool> mayWrite, TimeProvider time, Random random)
    {
        (_client, _options, _mayWrite, _time) = (client, options, mayWrite, time);
        _limiter = new RequestLimiter(options.RequestsPerSecond, options.RequestBurst, time);
        _queue = new WorkQueue<StatusTarget>(WriteAsync, options.Queue, time, random);
    }

    /// <summary>Number of statuses written so far.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Number of objects that wait.</summary>
    public int Length
    {
        get
        {
            lock (_lock)
                return _wanted.Count;
        }
    }

    /// <summary>Asks for an edit; returns at once. It is carried out when the writer runs and may write, again and again until it succeeds or the object is gone.</summary>
    /// <param name="target">The object.</param>
    /// <param name="edit">The edit.</param>
    /// <param name="knownJson">The status as a mirror has it: where the edit leaves that as it is, the server is not asked. Null where it is not known.</param>
    public void Set(StatusTarget target, StatusEdit edit, string? knownJson = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(edit);
        lock (_lock)
            _wanted[target] = new Wanted(edit, knownJson);
        _queue.Add(target);
    }

    /// <summary>Writes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _queue.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The normal end.
        }
    }

    /// <summary>Writes the status of an object; false to try again later.</summary>
    private async Task<bool> WriteAsync(StatusTarget target, CancellationToken cancellationToken)
    {
        Wanted? wanted;
        lock (_lock)
            wanted = _wanted.GetValueOrDefault(target);
        if (wanted is null)
            return true;
        if (!_mayWrite())
            return false;
        if (IsSettled(wanted))
        {
            Done(target, wanted);
            return true;
        }

        ApiStatus? error = null;
        for (var attempt = 0; attempt <= _options.Conflicts && (error is null || error.IsConflict); attempt++)
        {
            error = await TryAsync(target, wanted.Edit, cancellationToken).ConfigureAwait(false);
            if (error is null)
                break;
        }

        // An object that is gone has no status; one that the server will never accept is not tried again.
        var isDone = error is null || error.IsNotFound || error.Code is 400 or 405 or 422;
        Tell(target, error is null or { IsNotFound: true } or { IsConflict: true } ? "" : error.ToString());
        if (isDone)
            Done(target, wanted);
        return isDone;
    }

    private async Task<ApiStatus?> TryAsync(StatusTarget target, StatusEdit edit, CancellationToken cancellationToken)
    {
        await _limiter.WaitAsync(cancellationToken).ConfigureAwait(false);
        var read = await _client.GetAsync(target.Path, ApiJson.Default.JsonObject, cancellationToken).ConfigureAwait(false);
        if (read.Error is not null)
            return read.Error;
        var current = read.Value["status"] as JsonObject ?? [];
        var wanted = (JsonObject)current.DeepClone();
        edit(wanted, _time.GetUtcNow());
        if (JsonNode.DeepEquals(current, wanted))
            return null;
        read.Value["status"] = wanted;
        await _limiter.WaitAsync(cancellationToken).ConfigureAwait(false);
        // What was read is a while ago; the lock may have gone since.
        if (!_mayWrite())
            return ApiStatus.Transport("the lock was lost");
        var written = await _client.UpdateAsync(target.Path, read.Value, ApiJson.Default.JsonObject, cancellationToken).ConfigureAwait(false);
        if (written.Error is null)
            Interlocked.Increment(ref _written);
        return written.Error;
    }

    /// <summary>Whether the mirror already has what is wanted. Where what it has can't be read the server is asked.</summary>
    private bool IsSettled(Wanted wanted)
    {
        if (wanted.KnownJson is null)
            return false;
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = ApiClient.MaxDepth };
            var known = wanted.KnownJson.Length == 0 ? [] : JsonNode.Parse(wanted.KnownJson, documentOptions: options) as JsonObject ?? [];
            var edited = (JsonObject)known.DeepClone();
            wanted.Edit(edited, _time.GetUtcNow());
            return JsonNode.DeepEquals(known, edited);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Done(StatusTarget target, Wanted wanted)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_wanted.GetValueOrDefault(target), wanted))
                _wanted.Remove(target);
        }
    }

    private void Tell(StatusTarget target, string reason)
    {
        lock (_lock)
        {
            if (_told.GetValueOrDefault(target, "") == reason)
                return;
            if (reason.Length == 0)
                _told.Remove(target);
            else
                _told[target] = reason;
        }

        if (reason.Length > 0)
            _options.Failed?.Invoke(target, reason);
    }

    private sealed class Wanted(StatusEdit edit, string? knownJson)
    {
        public StatusEdit Edit => edit;

        public string? KnownJson => knownJson;
    }
}
