using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Kubernetes.Resources.ConfigMaps;
using ControlPlane.Kubernetes.Resources.Endpoints;
using ControlPlane.Kubernetes.Resources.EndpointSlices;
using ControlPlane.Kubernetes.Resources.Namespaces;
using ControlPlane.Kubernetes.Resources.Secrets;
using ControlPlane.Kubernetes.Selection;
using ControlPlane.Kubernetes.Writers;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Model.Sources;

namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>
/// A cluster as source of the model. All kinds are mirrored side by side; what they hold at the start is handed over as one batch when
/// all of them are known, for half a mesh is a wrong mesh.
/// </summary>
public sealed class KubernetesSource : IModelSource
{
    /// <summary>Leaves out the ConfigMaps that the control plane itself writes into every namespace, for proxies to mount.</summary>
    private const string OfOthers = $"metadata.name!={RootCertificateWriter.ConfigMapName},metadata.name!={RootCertificateOptions.RevocationConfigMapName}";

    private readonly ClusterConnection _connection;
    private readonly KubernetesOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Lock _lock = new();
    private readonly List<ModelChange> _gathered = [];
    private readonly ApiClient? _client;
    private readonly TaskCompletionSource _scopeKnown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile NamespaceScope _scope = NamespaceScope.Everything;
    private IReadOnlyList<KindMirror> _mirrors = [];
    private IReadOnlyList<KindMirror> _selecting = [];
    private volatile IReadOnlyList<SourceDiagnostic> _diagnostics = [];
    private bool _synced;

    /// <summary>Makes the source; nothing is asked for before <see cref="RunAsync"/>.</summary>
    /// <param name="connection">The API server and who to be there.</param>
    /// <param name="options">Installation, limits, delays.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Spreads watches and retries; used by several threads, so <see cref="Random.Shared"/> or one that locks.</param>
    public KubernetesSource(ClusterConnection connection, KubernetesOptions options, TimeProvider time, Random random) =>
        (_connection, _options, _time, _random) = (connection, options, time, random);

    /// <summary>Makes the source over a client that others use too.</summary>
    internal KubernetesSource(ApiClient client, ClusterConnection connection, KubernetesOptions options, TimeProvider time, Random random)
        : this(connection, options, time, random) => _client = client;

    /// <inheritdoc/>
    public event Action<IReadOnlyList<SourceDiagnostic>>? DiagnosticsChanged;

    /// <inheritdoc/>
    public string Name => $"kubernetes:{_connection.Server}";

    /// <inheritdoc/>
    public IReadOnlyList<SourceDiagnostic> Diagnostics => _diagnostics;

    /// <summary>How each kind is doing.</summary>
    public IReadOnlyList<ReflectorStatus> Status => [.. _mirrors.Select(m => m.Status)];

    /// <summary>The lists of Istio's kinds that the server has, by the kind.</summary>
    internal IEnumerable<(string Kind, string Path)> IstioLists => IstioMirrors.Where(m => m.Status.IsServed).Select(m => (m.Kind.Table.Kind, m.Status.Name));

    /// <summary>The list of a kind, as its table has it; null where the server has none.</summary>
    internal string? ListOf(string kind) => _mirrors.FirstOrDefault(m => m.Kind.Table.Kind == kind && m.Status.IsServed)?.Status.Name;

    /// <summary>Objects of Istio's kinds that can't be read, and why.</summary>
    internal IEnumerable<(string Kind, Diagnostic Fault)> IstioFaults => IstioMirrors.SelectMany(m => m.ObjectFaults.Select(f => (m.Kind.Table.Kind, f)));

    /// <summary>Which namespaces the mesh watches, by discoverySelectors of the mesh configuration.</summary>
    internal NamespaceScope Scope => _scope;

    /// <summary>Whether <see cref="Scope"/> is that of the cluster: at first it is everything.</summary>
    internal bool IsScopeKnown => _scopeKnown.Task.IsCompleted;

    /// <summary>Raised after <see cref="Scope"/> has changed, or is known. Handlers return at once.</summary>
    internal event Action? ScopeChanged;

    /// <summary>The namespaces, for writers.</summary>
    internal ChangeFeed Namespaces { get; } = new(Tables.Namespaces);

    /// <inheritdoc/>
    public async Task RunAsync(IModelSink sink, CancellationToken cancellationToken)
    {
        using var own = _client is null ? new ApiClient(_connection, _options.Client, _time) : null;
        var client = _client ?? own!;
        var receiver = new Receiver(this, sink);
        var streams = new StreamedLists(client, _options.Reflectors.StreamLists, _time);
        var selected = new MirrorScope(_scopeKnown.Task, @namespace => _scope.Includes(@namespace));
        var kinds = Kinds().Select(k => (Kind: k, Mirror: new KindMirror(
            client, k, _options.Resources, _options.Reflectors, _time, _random, receiver, streams, Selects(k) ? MirrorScope.Everything : selected))).ToList();
        _selecting = [.. kinds.Where(k => Selects(k.Kind)).Select(k => k.Mirror)];
        _mirrors = [.. kinds.Select(k => k.Mirror)];
        var running = _mirrors.Select(m => Task.Run(() => m.RunAsync(cancellationToken), CancellationToken.None)).ToList();
        try
        {
            await Task.WhenAll(running).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The normal end.
        }
    }

    /// <inheritdoc/>
    public SourceLocation? Locate(string kind, ObjectKey key, string field) => null;

    private IEnumerable<KindMirror> IstioMirrors => _mirrors.Where(m => m.Kind.Group.EndsWith(".istio.io", StringComparison.Ordinal));

    private IEnumerable<MirroredKind> Kinds()
    {
        foreach (var adapter in ResourceCatalog.All)
        {
            switch (adapter)
            {
                case EndpointsAdapter:
                    break;
                case EndpointSliceAdapter:
                    yield return new MirroredKind(adapter) { Fallback = new EndpointsAdapter() };
                    break;
                case ConfigMapAdapter:
                    // That of the mesh configuration is read whole and before all else, the others for the trust anchors in them.
                    yield return new MirroredKind(adapter)
                    {
                        Namespace = _options.Resources.RootNamespace, FieldSelector = $"metadata.name={_options.Resources.MeshConfigMapName}",
                    };
                    yield return new MirroredKind(new TrustAnchorMapAdapter()) { FieldSelector = OfOthers };
                    break;
                case SecretAdapter:
                    yield return new MirroredKind(adapter) { FieldSelector = _options.SecretFieldSelector };
                    break;
                default:
                    yield return new MirroredKind(adapter);
                    break;
            }
        }
    }

    /// <summary>The kinds that say which namespaces are watched: they themselves are read whole.</summary>
    private static bool Selects(MirroredKind kind) => kind.Adapter is NamespaceAdapter or ConfigMapAdapter;

    private void TakeScope(IReadOnlyList<ModelChange> changes)
    {
        lock (_lock)
        {
            var (before, after) = (_scope, _scope.With(changes));
            _scope = after;
            if (before.IsSameAs(after))
                return;
        }

        foreach (var mirror in _mirrors)
            mirror.Reselect();
        ScopeChanged?.Invoke();
    }

    private void Apply(IModelSink sink, IReadOnlyList<ModelChange> changes)
    {
        Namespaces.Apply(changes);
        TakeScope(changes);
        lock (_lock)
        {
            if (_synced)
                sink.Apply(changes);
            else
                _gathered.AddRange(changes);
        }
    }

    private void SyncedOne(IModelSink sink)
    {
        if (_selecting.All(m => m.Status.IsSynced) && _scopeKnown.TrySetResult())
            ScopeChanged?.Invoke();
        lock (_lock)
        {
            if (_synced || !_mirrors.All(m => m.Status.IsSynced))
                return;
            _synced = true;
            if (_gathered.Count > 0)
                sink.Apply([.. _gathered]);
            _gathered.Clear();
            sink.MarkSynced();
        }
    }

    private void FaultsChanged()
    {
        IReadOnlyList<SourceDiagnostic> diagnostics;
        lock (_lock)
        {
            diagnostics =
            [
                .. _mirrors.SelectMany(m => m.Faults).Select(f => SourceDiagnostic.Of(new SourceLocation(Name, 0), f))
                    .OrderBy(d => d.Kind, StringComparer.Ordinal).ThenBy(d => d.Object),
            ];
            if (diagnostics.SequenceEqual(_diagnostics))
                return;
            _diagnostics = diagnostics;
        }

        DiagnosticsChanged?.Invoke(diagnostics);
    }

    private sealed class Receiver(KubernetesSource source, IModelSink sink) : IReflectorSink
    {
        public void Apply(IReadOnlyList<ModelChange> changes) => source.Apply(sink, changes);

        public void Synced() => source.SyncedOne(sink);

        public void FaultsChanged() => source.FaultsChanged();
    }
}
