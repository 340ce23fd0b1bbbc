using System.Globalization;
using System.Text.Json;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Requests;

namespace ControlPlane.Kubernetes.Writers.Events;

/// <summary>
/// Writes Events on objects, so that kubectl describe tells of what the control plane did with them. An event that happens again counts the one
/// that is there; nobody waits for it; a flood about one object, or at all, is cut off. Thread-safe. No lock is needed: each replica tells what it did itself.
/// </summary>
public sealed class EventWriter
{
    private const string ClusterWide = "default"; // where Kubernetes keeps events about objects without a namespace
    private const int NameLimit = 253;

    private readonly ObjectClient _client;
    private readonly EventOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly RequestLimiter _limiter;
    private readonly WorkQueue<EventRecord> _queue;
    private readonly EventMemory _memory;
    private long _posted;
    private long _dropped;
    private long _created;
    private long _patched;
    private long _failed;

    internal EventWriter(ObjectClient client, EventOptions options, TimeProvider time, Random random)
    {
        (_client, _options, _time, _random) = (client, options, time, random);
        _limiter = new RequestLimiter(options.RequestsPerSecond, options.RequestBurst, time);
        _queue = new WorkQueue<EventRecord>(WriteAsync, options.Queue, time, random);
        _memory = new EventMemory(options, time);
    }

    /// <summary>Raised with an event that could not be written, and why; not for those that were never taken (<see cref="Dropped"/>). Handlers return at once.</summary>
    public event Action<EventRecord, string>? GivenUp;

    /// <summary>Number of events that were taken.</summary>
    public long Posted => Interlocked.Read(ref _posted);

    /// <summary>Number of events that were not taken: too many about one object, or too many at all.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Number of Events that were made.</summary>
    public long Created => Interlocked.Read(ref _created);

    /// <summary>Number of times that the count of an Event was raised.</summary>
    public long Repeated => Interlocked.Read(ref _patched);

    /// <summary>Number of Events that were given up.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Takes an event and returns at once. False where it is dropped; see <see cref="Dropped"/>.</summary>
    public bool Post(EventRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var taken = _memory.Note(Cut(record), out var isNew);
        Interlocked.Increment(ref taken is null ? ref _dropped : ref _posted);
        if (isNew)
            _queue.Add(taken!);
        return taken is not null;
    }

    /// <summary>Writes until cancelled. What is posted before waits for it.</summary>
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

    private static EventRecord Cut(EventRecord record) => record.Message.Length <= EventRecord.MaxMessage && record.Reason.Length <= EventRecord.MaxReason
        ? record
        : record with { Message = Cut(record.Message, EventRecord.MaxMessage), Reason = Cut(record.Reason, EventRecord.MaxReason) };

    private static string Cut(string text, int limit) => text.Length <= limit ? text : text[..limit];

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>Writes an event as it stands now; false to try again later.</summary>
    private async Task<bool> WriteAsync(EventRecord record, CancellationToken cancellationToken)
    {
        await _limiter.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_memory.Begin(record, () => NewName(record.Regarding.Name)) is not { } state)
            return true;
        var error = state.IsWritten
            ? await RepeatAsync(record, state, cancellationToken).ConfigureAwait(false)
            : await CreateAsync(record, state, cancellationToken).ConfigureAwait(false);
        // The name is our own: what exists by it is the event of a try whose answer was lost.
        if (error is null || (error.IsConflict && !state.IsWritten))
        {
            Interlocked.Increment(ref state.IsWritten ? ref _patched : ref _created);
            // What happened meanwhile is written after a pause.
            return _memory.Written(record, state.Count);
        }

        // The server forgets events after an hour: it is made anew.
        if (error.IsNotFound && state.IsWritten)
        {
            _memory.Forgotten(record);
            return false;
        }

        if (IsTransient(error) && state.Attempts < _options.Attempts)
            return false;
        _memory.Remove(record);
        Interlocked.Increment(ref _failed);
        GivenUp?.Invoke(record, error.ToString());
        return true;
    }

    /// <summary>Whether another try may go better: not where the right, or the namespace, is missing.</summary>
    private static bool IsTransient(ApiStatus error) => error.IsTransport || error.IsTooManyRequests || error.IsConflict || error.IsUnauthorized || error.Code >= 500;

    private async Task<ApiStatus?> RepeatAsync(EventRecord record, EventState state, CancellationToken cancellationToken)
    {
        var patch = JsonSerializer.SerializeToUtf8Bytes(new EventRepetition(state.Count, Text(state.Last)), ApiJson.Default.EventRepetition);
        var result = await _client.MergePatchAsync($"{List(record)}/{state.Name}", patch, ApiJson.Default.EventObject, cancellationToken).ConfigureAwait(false);
        return result.Error;
    }

    private async Task<ApiStatus?> CreateAsync(EventRecord record, EventState state, CancellationToken cancellationToken)
    {
        var regarding = record.Regarding;
        var value = new EventObject
        {
            Metadata = new ObjectHeader { Name = state.Name, Namespace = Namespace(regarding) },
            InvolvedObject = new EventSubject
            {
                ApiVersion = regarding.ApiVersion, Kind = regarding.Kind, Name = regarding.Name,
                Namespace = NullIfEmpty(regarding.Namespace), Uid = NullIfEmpty(regarding.Uid),
            },
            Reason = record.Reason,
            Message = record.Message,
            Type = record.Type.ToString(),
            Source = new EventOrigin { Component = _options.Component, Host = NullIfEmpty(_options.Instance) },
            FirstTimestamp = Text(state.First),
            LastTimestamp = Text(state.Last),
            Count = state.Count,
        };
        var result = await _client.CreateAsync(List(record), value, ApiJson.Default.EventObject, cancellationToken).ConfigureAwait(false);
        return result.Error;
    }

    /// <summary>As client-go names them, the object's name and the time; with a random part, for two replicas may meet in one tick.</summary>
    private string NewName(string objectName)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $".{_time.GetUtcNow().UtcTicks:x}{_random.Next(0x10000):x4}");
        // A generateName ends in a dash, and no part of a name may end in one.
        return Cut(objectName, NameLimit - suffix.Length).TrimEnd('-', '.') + suffix;
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static string Namespace(EventRegarding regarding) => regarding.Namespace.Length == 0 ? ClusterWide : regarding.Namespace;

    private static string List(EventRecord record) => $"/api/v1/namespaces/{Namespace(record.Regarding)}/events";
}
