using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>
/// Mirrors one kind, whether or not the server has it: finds the version that is served, looks again from time to time while there is
/// none, and begins anew when the kind is removed. A kind that the server says it does not have is empty and synced.
/// </summary>
internal sealed class KindMirror(
    ApiClient client, MirroredKind kind, ResourceOptions resources, ReflectorOptions options, TimeProvider time, Random random, IReflectorSink sink,
    StreamedLists streams, MirrorScope scope)
{
    private readonly Discovery _discovery = new(client);
    private readonly Backoff _backoff = new(options, time, random);
    private volatile Reflector? _reflector;
    private volatile ApiStatus? _error;
    private volatile IReadOnlyList<string> _foreign = [];
    private volatile bool _absent;

    /// <summary>How it is doing.</summary>
    public ReflectorStatus Status => _reflector?.Status
        ?? new ReflectorStatus { Name = kind.Adapter.Kind.Table.Kind, IsSynced = _absent, Error = _error, LastHeard = time.GetUtcNow() };

    /// <summary>The kind.</summary>
    public ResourceKind Kind => kind.Adapter.Kind;

    /// <summary>What is wrong with single objects.</summary>
    public IReadOnlyList<Diagnostic> ObjectFaults => _reflector?.Faults ?? [];

    /// <summary>What is wrong with the kind and its objects.</summary>
    public IEnumerable<Diagnostic> Faults
    {
        get
        {
            var name = kind.Adapter.Kind.Kind;
            if (Status.Error is { } error)
            {
                yield return new Diagnostic(
                    Severity.Error, DiagnosticCodes.KindUnavailable, name, new ObjectKey("", ""), "", $"{Status.Name} can't be read, the last state stays: {error}");
            }

            if (_foreign.Count > 0)
            {
                yield return new Diagnostic(
                    Severity.Warning, DiagnosticCodes.KindVersion, name, new ObjectKey("", ""), "",
                    $"not read: the server has it only as {string.Join(", ", _foreign)}; known are {string.Join(", ", kind.Adapter.Kind.Versions)}");
            }

            foreach (var fault in ObjectFaults)
                yield return fault;
        }
    }

    /// <summary>Says that other namespaces are to be mirrored.</summary>
    public void Reselect()
    {
        if (scope.Includes is not null)
            _reflector?.Reselect();
    }

    /// <summary>Mirrors until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var target = await FindAsync(cancellationToken).ConfigureAwait(false);
            if (target.Error is not null)
            {
                Set(target.Error, [], absent: _absent);
                await Task.Delay(_backoff.Next(target.Error.RetryAfter), time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (target.Value.Target != _reflector?.Target)
                Forget();
            if (target.Value.Target is null)
            {
                Set(null, target.Value.Foreign, absent: true);
                sink.Synced();
                await Task.Delay(options.AbsentRetry, time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            Set(null, [], absent: false);
            await scope.Known.WaitAsync(cancellationToken).ConfigureAwait(false);
            _reflector ??= new Reflector(client, target.Value.Target, resources, options, time, random, sink, streams, scope.Includes);
            await _reflector.RunAsync(cancellationToken).ConfigureAwait(false);
            // Not found, though it was found just now: a server that starts says so for a while. Ask again before anything is removed.
            await Task.Delay(_backoff.Next(null), time, cancellationToken).ConfigureAwait(false);
        }
    }

    private void Forget()
    {
        if (_reflector is not { } gone)
            return;
        gone.Clear();
        _reflector = null;
        // What was wrong with it is wrong no longer.
        sink.FaultsChanged();
    }

    private async Task<ApiResult<(ReflectorTarget? Target, IReadOnlyList<string> Foreign)>> FindAsync(CancellationToken cancellationToken)
    {
        var found = await _discovery.FindAsync(kind.Adapter.Kind, cancellationToken).ConfigureAwait(false);
        if (found.Error is not null)
            return found.Error;
        if (found.Value.ApiVersion.Length > 0)
            return (Target(kind.Adapter, found.Value.ApiVersion), []);
        return kind.Fallback is { } fallback ? (Target(fallback, fallback.Kind.ApiVersion), []) : (null, found.Value.ForeignVersions);
    }

    private ReflectorTarget Target(IResourceAdapter adapter, string apiVersion) =>
        new(adapter, apiVersion, kind.Namespace, kind.LabelSelector, kind.FieldSelector);

    private void Set(ApiStatus? error, IReadOnlyList<string> foreign, bool absent)
    {
        var changed = !Equals(_error, error) || !_foreign.SequenceEqual(foreign);
        (_error, _foreign, _absent) = (error, foreign, absent);
        if (changed)
            sink.FaultsChanged();
    }
}
