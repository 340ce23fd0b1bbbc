using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Proxies;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;
using ControlPlane.Model.Statuses;
using ControlPlane.Pipeline.Encoding;
using ControlPlane.Pipeline.Gate;
using ControlPlane.Pipeline.Tracing;
using ControlPlane.Translation;
using ControlPlane.Translation.Resources;
using Google.Protobuf;

namespace ControlPlane.Pipeline.Engine;

/// <summary>
/// The moving belt: one thread applies what sources report to the snapshot, computes what that concerns, and tells the streams.
/// While it works, further changes gather and are applied together; there is no timer. Nothing is translated before the sources
/// have reported their first complete state.
/// </summary>
public sealed class MeshEngine : IModelSink, IConfigHub, IDisposable
{
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _signal = new(false);
    private readonly ConfigStates _states;
    private readonly ObjectReports<EquatableArray<Diagnostic>> _reports;
    private readonly ObjectReports<StatusFinding?>? _statuses;
    private readonly ResourceEncoder _encoder;
    private readonly IEngineObserver _observer;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private List<ModelChange> _changes = [];
    private List<EngineCommand> _commands = [];
    private DateTimeOffset? _changedSince;
    private int _sourcesToSync;
    private volatile bool _ready;
    private volatile bool _stopping;
    private volatile MeshSnapshot _snapshot = MeshSnapshot.Empty;

    /// <summary>Makes and starts an engine.</summary>
    /// <param name="time">Clock for durations that the observer hears.</param>
    /// <param name="observer">Hears what the engine does.</param>
    /// <param name="check">What every Envoy would refuse in a message; see <see cref="ResourceEncoder"/>. The gate's rules where null.</param>
    /// <param name="families">What is translated; the families of <see cref="Translator"/> where null.</param>
    /// <param name="sources">How many sources must report their first complete state before anything is translated.</param>
    public MeshEngine(
        TimeProvider time,
        IEngineObserver observer,
        Func<IMessage, IReadOnlyList<string>>? check = null,
        IReadOnlyList<ResourceFamily>? families = null,
        int sources = 1)
    {
        _sourcesToSync = sources;
        _time = time;
        _observer = observer;
        _encoder = new ResourceEncoder(check ?? new ResourceValidator().Explain, observer);
        _states = new ConfigStates(new BoundFamilies(families ?? Translator.Families, _encoder), observer);
        _reports = new(_states.Graph, FeatureCatalog.Diagnostics, [], (kind, key, found) => observer.OnDiagnostics(kind, key, found), observer);
        _statuses = observer.HearsStatuses ? new(_states.Graph, FeatureCatalog.Statuses, null, observer.OnStatus, observer, FeatureCatalog.TellsStatus) : null;
        _thread = new Thread(Run) { IsBackground = true, Name = "mesh-engine" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public bool IsReady => _ready;

    /// <summary>The newest snapshot.</summary>
    public MeshSnapshot Snapshot => _snapshot;

    /// <summary>Engine's thread: the trace of the changes that are being told; null where nobody traces.</summary>
    internal ChangeTrace? Trace { get; private set; }

    /// <inheritdoc/>
    public void Apply(IReadOnlyList<ModelChange> changes)
    {
        lock (_lock)
        {
            if (_changedSince is null && ChangeTracing.IsOn)
                _changedSince = _time.GetUtcNow();
            _changes.AddRange(changes);
        }

        Signal();
    }

    /// <inheritdoc/>
    public void MarkSynced()
    {
        lock (_lock)
            _sourcesToSync--;
        Signal();
    }

    /// <inheritdoc/>
    public IProxySession Connect(ProxyDescriptor proxy, IConfigObserver observer)
    {
        var session = new ProxySession(this, proxy, observer);
        Post(new EngineCommand.Connect(session));
        return session;
    }

    /// <summary>What the engine has done and holds, read on its own thread when it comes to it.</summary>
    public Task<EngineStatistics> GetStatisticsAsync()
    {
        var result = new TaskCompletionSource<EngineStatistics>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new EngineCommand.Inspect(states => result.TrySetResult(new EngineStatistics
        {
            Snapshot = _snapshot.Number,
            Configurations = states.Count,
            Sessions = states.SessionCount,
            Encoded = _encoder.Encoded,
            EncodedParts = _encoder.EncodedParts,
            Values = states.Graph.ValueCount,
            Runs = states.Graph.Counters.GroupBy(c => c.Key.Name, c => c.Value.Runs).ToDictionary(g => g.Key, g => g.Sum(), StringComparer.Ordinal),
        })));
        return result.Task;
    }

    /// <summary>Stops the thread; streams hear nothing more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_stopping)
                return;
            _stopping = true;
            _signal.Set();
        }

        if (Thread.CurrentThread != _thread)
            _thread.Join();
        _signal.Dispose();
    }

    internal void Post(EngineCommand command)
    {
        if (_stopping)
            return;
        lock (_lock)
            _commands.Add(command);
        Signal();
    }

    // Sources and streams may be in the middle of something when the server goes, and tell what nobody hears.
    private void Signal()
    {
        lock (_lock)
        {
            if (!_stopping)
                _signal.Set();
        }
    }

    private void Run()
    {
        while (!_stopping)
        {
            _signal.WaitOne();
            List<ModelChange> changes;
            List<EngineCommand> commands;
            bool synced;
            DateTimeOffset? since;
            lock (_lock)
            {
                (changes, _changes) = (_changes, []);
                (since, _changedSince) = (_changedSince, null);
                synced = _sourcesToSync <= 0;
                // Before the first complete state nothing is translated: what streams ask waits.
                commands = synced ? _commands : [];
                if (synced)
                    _commands = [];
            }

            Work(changes, since, commands, synced);
        }
    }

    /// <summary>The belt never stops: whatever is wrong with one step, the others are done and the next round is tried.</summary>
    private void Guard(string what, Action step)
    {
        try
        {
            step();
        }
#pragma warning disable CA1031
        catch (Exception exception)
        {
            _observer.OnFault(what, exception);
        }
#pragma warning restore CA1031
    }

    private void Work(List<ModelChange> changes, DateTimeOffset? since, List<EngineCommand> commands, bool synced)
    {
        var start = _time.GetTimestamp();
        DateTimeOffset? begun = since is null ? null : _time.GetUtcNow();
        var (snapshot, set) = _snapshot.Apply(changes);
        if (!set.IsEmpty)
            _states.Graph.Apply(snapshot, set);
        _snapshot = snapshot;
        _reports.Track(set);
        _statuses?.Track(set);
        if (since is { } arrived && begun is { } from && !set.IsEmpty)
            Guard("trace", () => Trace = ChangeTrace.Start(_time, arrived, from, snapshot, set));
        var told = 0;
        if (synced)
            Guard("refresh", () => told = _states.Refresh(Trace));
        Trace?.EndTelling();
        Trace = null;
        if (synced)
        {
            // After that: what proxies get does not wait for it.
            Guard("diagnostics", _reports.Refresh);
            if (_statuses is { } statuses)
                Guard("statuses", statuses.Refresh);
            _ready = true;
            foreach (var command in commands)
                Guard(command.GetType().Name, () => Execute(command));
            Guard("collect", _states.Graph.Collect);
        }

        if (!set.IsEmpty)
            _observer.OnApplied(snapshot, set, _time.GetElapsedTime(start), told);
    }

    private void Execute(EngineCommand command)
    {
        switch (command)
        {
            case EngineCommand.Connect connect:
                _states.Connect(connect.Session);
                break;
            case EngineCommand.Disconnect disconnect:
                _states.Disconnect(disconnect.Session);
                break;
            case EngineCommand.SetInterest interest:
                _states.SetInterest(interest.Session, interest.Type, interest.Interest);
                break;
            case EngineCommand.Inspect inspect:
                inspect.Action(_states);
                break;
        }
    }
}
