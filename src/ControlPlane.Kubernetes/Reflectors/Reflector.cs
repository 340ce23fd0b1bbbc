using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>
/// Mirrors the objects of one kind: lists them, watches from the list's version, and lists again only where the server has forgotten
/// that version. Follows client-go's reflector; the rules are tested by their numbers.
/// </summary>
internal sealed class Reflector
{
    private const string InitialEventsEnd = "k8s.io/initial-events-end";

    private readonly ApiClient _client;
    private readonly ReflectorTarget _target;
    private readonly ReflectorOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly IReflectorSink _sink;
    private readonly ReflectedObjects _objects;
    private readonly Backoff _backoff;

    private readonly StreamedLists _streams;

    private readonly Lock _reselectLock = new();

    private CancellationTokenSource? _watching;
    private bool _mustReselect;
    private ReflectedObjects.Listing? _initial;
    private string _version = "";
    private bool _versionUnavailable;
    private volatile ReflectorStatus _status;
    private volatile IReadOnlyList<Diagnostic> _faults = [];

    public Reflector(
        ApiClient client, ReflectorTarget target, ResourceOptions resources, ReflectorOptions options, TimeProvider time, Random random, IReflectorSink sink,
        StreamedLists? streams = null, Func<string, bool>? includes = null)
    {
        _streams = streams ?? new StreamedLists(client, options.StreamLists, time);
        (_client, _target, _options, _time, _random, _sink) = (client, target, options, time, random, sink);
        _objects = new ReflectedObjects(target, resources, includes);
        _backoff = new Backoff(options, time, random);
        _status = new ReflectorStatus { Name = target.Path, LastHeard = time.GetUtcNow() };
    }

    private enum WatchEnd
    {
        /// <summary>Watch on from the last version.</summary>
        Again,

        /// <summary>Wait, then watch on.</summary>
        AgainLater,

        /// <summary>List, then watch.</summary>
        Relist,

        /// <summary>Wait, then list.</summary>
        RelistLater,
    }

    /// <summary>What it mirrors.</summary>
    public ReflectorTarget Target => _target;

    /// <summary>How it is doing.</summary>
    public ReflectorStatus Status => _status;

    /// <summary>What is wrong with single objects.</summary>
    public IReadOnlyList<Diagnostic> Faults => _faults;

    /// <summary>Mirrors until cancelled, or until the server answers that it has no such resource. May be called again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            // What follows lists everything anyway.
            TakeSelection(null);
            var end = await StreamAsync(cancellationToken).ConfigureAwait(false);
            if (end is null && await ListAsync(cancellationToken).ConfigureAwait(false) is { } error)
            {
                if (error.IsNotFound)
                    return;

                await DelayAsync(error, cancellationToken).ConfigureAwait(false);
                continue;
            }

            end ??= WatchEnd.Again;
            while (end is WatchEnd.Again or WatchEnd.AgainLater)
                end = await WatchAsync(cancellationToken).ConfigureAwait(false);
            if (end == WatchEnd.RelistLater)
                await DelayAsync(_status.Error, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Says that other namespaces are to be mirrored. Returns at once; a list is made only where objects have been left out.</summary>
    public void Reselect()
    {
        lock (_reselectLock)
        {
            _mustReselect = true;
            _ = _watching?.CancelAsync();
        }
    }

    /// <summary>Removes everything: the kind is gone for sure.</summary>
    public void Clear() => Emit(_objects.Clear());

    /// <summary>Lists by a watch that begins with all objects, and goes on watching; null where no list came of it.</summary>
    private async Task<WatchEnd?> StreamAsync(CancellationToken cancellationToken)
    {
        if (!await _streams.AreServedAsync(cancellationToken).ConfigureAwait(false))
            return null;
        Update(s => s with { Lists = s.Lists + 1 });
        _initial = _objects.BeginList();
        var end = await WatchAsync(cancellationToken).ConfigureAwait(false);
        if (_initial is null)
            return end;
        _initial = null;
        return null;
    }

    private async Task<ApiStatus?> ListAsync(CancellationToken cancellationToken)
    {
        // From the server's cache at first; later not older than what was seen, so that time never goes back.
        var version = _versionUnavailable ? null : _version.Length == 0 ? "0" : _version;
        var error = await ListAsync(version, cancellationToken).ConfigureAwait(false);
        if (error is not null && version is not null && (error.IsExpired || error.IsResourceVersionTooLarge))
        {
            _versionUnavailable = true;
            error = await ListAsync(null, cancellationToken).ConfigureAwait(false);
        }

        Report(error);
        return error;
    }

    private async Task<ApiStatus?> ListAsync(string? version, CancellationToken cancellationToken)
    {
        Update(s => s with { Lists = s.Lists + 1 });
        // The cache answers whole lists only; pages are for the store behind it.
        var query = new ListQuery
        {
            ResourceVersion = version,
            Limit = version is null ? _options.PageSize : 0,
            LabelSelector = _target.LabelSelector,
            FieldSelector = _target.FieldSelector,
        };
        var listing = _objects.BeginList();
        while (true)
        {
            var page = await _client.ListAsync(_target.Path, query, listing.Add, cancellationToken).ConfigureAwait(false);
            if (page.Error is { IsExpired: true } && query.Continue.Length > 0)
            {
                // The token expired between two pages: what was read belongs to a state that is gone.
                query = query with { Continue = "", Limit = 0 };
                listing = _objects.BeginList();
                continue;
            }

            if (page.Error is not null)
                return page.Error;
            Heard();
            if (page.Value.Continue.Length > 0)
            {
                query = query with { Continue = page.Value.Continue };
                continue;
            }

            Commit(listing, page.Value.ResourceVersion);
            return null;
        }
    }

    private void Commit(ReflectedObjects.Listing listing, string version)
    {
        (_version, _versionUnavailable) = (version, false);
        Emit(listing.Commit(version));
        Update(s => s with { IsSynced = true });
        Guard(_sink.Synced);
    }

    /// <summary>Watches until something must be done about it; another selection of namespaces is taken up in between.</summary>
    private async Task<WatchEnd> WatchAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (_initial is null && TakeSelection(stop))
            return WatchEnd.Relist;
        try
        {
            return await WatchOnceAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _initial is null ? WatchEnd.Again : WatchEnd.Relist;
        }
        finally
        {
            lock (_reselectLock)
                _watching = null;
        }
    }

    /// <summary>Takes up another selection of namespaces; whether objects have to be listed for that.</summary>
    /// <param name="watching">Ends the watch that begins now when the next selection comes.</param>
    private bool TakeSelection(CancellationTokenSource? watching)
    {
        lock (_reselectLock)
        {
            _watching = watching;
            if (!_mustReselect)
                return false;
            _mustReselect = false;
        }

        var (changes, needsList) = _objects.Reselect();
        Emit(changes);
        return needsList;
    }

    private async Task<WatchEnd> WatchOnceAsync(CancellationToken cancellationToken)
    {
        Update(s => s with { Watches = s.Watches + 1 });
        var began = _time.GetTimestamp();
        var events = 0;
        ApiStatus? told = null;
        var query = new WatchQuery
        {
            ResourceVersion = _versionUnavailable ? "" : _version,
            SendInitialEvents = _initial is not null,
            Timeout = _options.MinWatch + (_random.NextDouble() * (_options.MaxWatch - _options.MinWatch)),
            LabelSelector = _target.LabelSelector,
            FieldSelector = _target.FieldSelector,
        };
        var error = await _client.WatchAsync(_target.Path, query, Take, cancellationToken, Opened).ConfigureAwait(false);
        // A watch that ended within the list leaves it to a list to say what is wrong; one that was refused as such is not asked for again.
        if (_initial is not null)
        {
            if ((told ?? error)?.Code is 400 or 422)
                _streams.Refuse();
            return WatchEnd.Relist;
        }

        var end = Judge(error, told, events, _time.GetElapsedTime(began));
        // That the server has forgotten a version is its right, and no fault: it is listed anew at once.
        Report(end == WatchEnd.Again || (told ?? error) is { IsExpired: true } ? null : told ?? error);
        if (end == WatchEnd.AgainLater)
            await DelayAsync(error, cancellationToken).ConfigureAwait(false);
        return end;

        bool Take(WatchEvent e)
        {
            events++;
            Heard();
            if (e.Type == "ERROR")
            {
                told = StatusReader.Read(e.Object, 500);
                return false;
            }

            TakeEvent(e);
            return true;
        }

        void Opened()
        {
            Heard();
            Report(null);
        }
    }

    private WatchEnd Judge(ApiStatus? error, ApiStatus? told, int events, TimeSpan lasted)
    {
        if (told is not null)
            return told.IsExpired ? WatchEnd.Relist : told.IsTooManyRequests ? WatchEnd.AgainLater : WatchEnd.RelistLater;
        if (error is null)
            return events == 0 && lasted < _options.ShortWatch ? WatchEnd.AgainLater : WatchEnd.Again;
        if (error.IsExpired || error.IsNotFound)
            return WatchEnd.Relist;
        // The version is still good: listing would only burden a server that is in trouble already. A connection that broke after
        // it had carried events is simply made anew.
        if (error.IsTransport && events > 0 && lasted >= _options.ShortWatch)
            return WatchEnd.Again;
        return error.IsTransport || error.IsTooManyRequests || error.IsUnauthorized || error.IsForbidden || error.Code >= 500
            ? WatchEnd.AgainLater
            : WatchEnd.RelistLater;
    }

    private void TakeEvent(WatchEvent e)
    {
        if (e.Type is not ("ADDED" or "MODIFIED" or "DELETED" or "BOOKMARK"))
            return;
        if (e.Type == "BOOKMARK")
        {
            TakeBookmark(new Fields(e.Object, "", new FaultList("")).Object("metadata"));
            return;
        }

        // Synthetic events stand in no order: the version moves only when all have come.
        if (_initial is not null)
        {
            _initial.Take(e);
            return;
        }

        var (changes, version) = _objects.Take(e);
        if (version.Length > 0)
            _version = version;
        Emit(changes);
    }

    private void TakeBookmark(Fields metadata)
    {
        var version = metadata.Text("resourceVersion");
        if (_initial is not null)
        {
            if (metadata.Object("annotations").Text(InitialEventsEnd) != "true")
                return;
            var listing = _initial;
            _initial = null;
            Commit(listing, version);
        }
        else if (version.Length > 0)
        {
            _version = version;
            Update(s => s);
        }
    }

    private void Emit(IReadOnlyList<ModelChange> changes)
    {
        Update(s => s);
        if (changes.Count > 0)
            Guard(() => _sink.Apply(changes));
        IReadOnlyList<Diagnostic> faults = [.. _objects.Faults];
        if (faults.SequenceEqual(_faults))
            return;
        _faults = faults;
        Guard(_sink.FaultsChanged);
    }

    /// <summary>A receiver that throws must not end the mirror; the fault is counted.</summary>
    private void Guard(Action call)
    {
        try
        {
            call();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Update(s => s with { ReceiverFaults = s.ReceiverFaults + 1 });
        }
    }

    private void Heard()
    {
        var now = _time.GetUtcNow();
        Update(s => s with { LastHeard = now });
    }

    private void Report(ApiStatus? error)
    {
        if (Equals(_status.Error, error))
            return;
        Update(s => s with { Error = error });
        Guard(_sink.FaultsChanged);
    }

    private void Update(Func<ReflectorStatus, ReflectorStatus> change) => _status = change(_status) with { Objects = _objects.Count, Version = _version };

    private Task DelayAsync(ApiStatus? error, CancellationToken cancellationToken) =>
        Task.Delay(_backoff.Next(error?.RetryAfter), _time, cancellationToken);
}
