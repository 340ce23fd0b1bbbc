using ControlPlane.Kubernetes.Resources;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Files;

/// <summary>
/// A watched directory of Kubernetes files as source of the model. What can't be read keeps its last good value; see
/// <see cref="FileTracker"/> for half-written files and <see cref="ObjectStore"/> for objects that stand twice. It works on a thread of
/// its own: a change is read a millisecond after it was told of, and timers and the thread pool would cost more than the reading.
/// </summary>
#pragma warning disable CA1001 // RunAsync disposes the watcher when it ends; the event is left, for a last notification may still set it.
public sealed class DirectorySource : IModelSource
#pragma warning restore CA1001
{
    /// <summary>A busy directory may cause no more rescans than one in this time.</summary>
    private static readonly TimeSpan RescanPause = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryOptions _options;
    private readonly TimeProvider _time;
    private readonly DirectoryTree _tree;
    private readonly ManifestSet _set;
    private readonly FileTracker _tracker;
    private readonly DirectoryWatcher _watcher;
    private readonly Lock _lock = new();
    private readonly long _start;
    private readonly AutoResetEvent _signal = new(false);

    private volatile IReadOnlyList<SourceDiagnostic> _diagnostics = [];
    private SourceDiagnostic? _watchFault;
    private bool _complete;
    private bool _synced;
    private TimeSpan _lastRescan;
    private TimeSpan _nextRescan;

    /// <summary>Makes the source; nothing is read before <see cref="RunAsync"/>.</summary>
    /// <param name="path">A directory, or one file. It need not exist yet.</param>
    /// <param name="options">Limits, delays, installation.</param>
    /// <param name="time">Tells when something is due.</param>
    public DirectorySource(string path, DirectoryOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _start = time.GetTimestamp();
        _tree = new DirectoryTree(path, options);
        _set = new ManifestSet(_tree, options);
        _tracker = new FileTracker(_set, options);
        _watcher = new DirectoryWatcher(path, options.MaxFiles, () => _signal.Set());
    }

    /// <inheritdoc/>
    public event Action<IReadOnlyList<SourceDiagnostic>>? DiagnosticsChanged;

    /// <inheritdoc/>
    public string Name => _tree.Name;

    /// <inheritdoc/>
    public IReadOnlyList<SourceDiagnostic> Diagnostics => _diagnostics;

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <inheritdoc/>
    public Task RunAsync(IModelSink sink, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Run(sink, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc/>
    public SourceLocation? Locate(string kind, ObjectKey key, string field)
    {
        lock (_lock)
            return _set.Locate(kind, key, field);
    }

    private void Run(IModelSink sink, CancellationToken cancellationToken)
    {
        Thread.CurrentThread.Name = "directory-source";
        using var cancellation = cancellationToken.Register(() => _signal.Set());
        try
        {
            Begin(sink);
            while (!cancellationToken.IsCancellationRequested)
            {
                Wait();
                if (!cancellationToken.IsCancellationRequested)
                    Step(sink);
            }
        }
        finally
        {
            _watcher.Dispose();
        }
    }

    private void Begin(IModelSink sink)
    {
        lock (_lock)
        {
            // Watching begins before reading, so that nothing falls in between.
            StartWatching();
            var began = Now;
            _complete = _tracker.ReadAll();
            ScheduleRescan(began, Now);
            Publish(sink, _set.Published);
        }
    }

    private void Step(IModelSink sink)
    {
        lock (_lock)
        {
            var now = Now;
            var events = _watcher.Drain();
            foreach (var (path, whole) in events.Paths)
                _tracker.Notify(path, whole, now);
            if (events.Rescan)
                _nextRescan = Min(_nextRescan, Max(now + _options.QuietTime, _lastRescan + RescanPause));
            if (now >= _nextRescan)
                Rescan(now);
            Publish(sink, _tracker.RunDue(now));
        }
    }

    private void Rescan(TimeSpan now)
    {
        if (!_watcher.IsRunning)
            StartWatching();
        _complete = _tracker.Rescan(now);
        ScheduleRescan(now, Now);
    }

    private void ScheduleRescan(TimeSpan began, TimeSpan ended)
    {
        // A directory so large that a rescan takes long is rescanned less often: only a small part of the time goes to it, and a smaller
        // one where notifications come.
        _lastRescan = ended;
        _nextRescan = ended + Max(_options.RescanInterval, (_watcher.IsRunning ? 100 : 20) * (ended - began));
    }

    private void StartWatching()
    {
        var reason = _watcher.Start();
        _watchFault = reason is null
            ? null
            : ManifestReader.Fault(_tree.Root, 0, DiagnosticCodes.UnreadableFile, $"changes are only found by rescans: {reason}", Severity.Warning);
    }

    private void Publish(IModelSink sink, IReadOnlyList<ModelChange> changes)
    {
        if (changes.Count > 0)
            sink.Apply(changes);
        if (_complete && !_synced && _tracker.NextDue is null)
        {
            _synced = true;
            sink.MarkSynced();
        }

        IReadOnlyList<SourceDiagnostic> diagnostics = _watchFault is null ? _set.Diagnostics : [_watchFault, .. _set.Diagnostics];
        if (ReferenceEquals(diagnostics, _diagnostics))
            return;
        var differ = !diagnostics.SequenceEqual(_diagnostics);
        _diagnostics = diagnostics;
        if (differ)
            DiagnosticsChanged?.Invoke(diagnostics);
    }

    /// <summary>Waits for a notification, or until something is due.</summary>
    private void Wait()
    {
        var due = _tracker.NextDue is { } next ? Min(next, _nextRescan) : _nextRescan;
        // Waits count whole milliseconds and leave out the rest: without rounding up the last one would be spent in asking again and again.
        var delay = Math.Ceiling((due - Now).TotalMilliseconds);
        if (delay > 0)
            _signal.WaitOne(TimeSpan.FromMilliseconds(Math.Min(delay, int.MaxValue)));
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
