using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Requests;
using ControlPlane.Kubernetes.Leases;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Kubernetes.Resources.ConfigMaps;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Writers;

/// <summary>
/// Keeps the ConfigMap istio-ca-root-cert in every namespace: proxies mount it to know whom to trust. Written by server-side apply and only
/// where it differs, so that two replicas that both believe they lead do no harm. By options another ConfigMap of PEM, as that of revocation lists. Istio's own system namespaces to leave out are left out,
/// and so are those that the mesh does not watch.
/// </summary>
public sealed class RootCertificateWriter
{
    /// <summary>Name of the ConfigMap.</summary>
    public const string ConfigMapName = "istio-ca-root-cert";

    /// <summary>Its key with the certificates.</summary>
    public const string DataKey = "root-cert.pem";

    private const string Label = "istio.io/config";

    /// <summary>No workload of the mesh runs there; istiod's list (pkg/kube/inject IgnoredNamespaces).</summary>
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal) { "kube-system", "kube-public", "kube-node-lease", "local-path-storage" };

    private readonly ApiClient _api;
    private readonly ObjectClient _client;
    private readonly KubernetesSource _source;
    private readonly IRootCertificates _roots;
    private readonly LeaderElection _election;
    private readonly RootCertificateOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private long _writes;

    internal RootCertificateWriter(
        ApiClient api, ObjectClient client, KubernetesSource source, IRootCertificates roots, LeaderElection election, RootCertificateOptions options, TimeProvider time, Random random)
    {
        (_api, _client, _source, _roots, _election) = (api, client, source, roots, election);
        (_options, _time, _random) = (options, time, random);
    }

    /// <summary>Number of ConfigMaps written so far.</summary>
    public long Writes => Interlocked.Read(ref _writes);

    /// <summary>The lock of this duty.</summary>
    public LeaderElection Election => _election;

    /// <summary>Waits for its lock and writes while it holds it; until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _election.RunAsync(new Turn(this).RunAsync, cancellationToken);

    /// <summary>One turn as leader; everything that it knows ends with it.</summary>
    private sealed class Turn : IReflectorSink
    {
        private readonly RootCertificateWriter _writer;
        private readonly Lock _lock = new();
        private Dictionary<string, string> _written = [];
        private HashSet<string> _living = [];
        private WorkQueue<string> _queue;
        private bool _synced;

        public Turn(RootCertificateWriter writer)
        {
            _writer = writer;
            _queue = Queue();
        }

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            lock (_lock)
                (_written, _living, _queue, _synced) = ([], [], Queue(), false);
            var target = new ReflectorTarget(new ConfigMapAdapter(), "v1", FieldSelector: $"metadata.name={_writer._options.ConfigMapName}");
            var reflector = new Reflector(
                _writer._api, target, new ResourceOptions(), _writer._options.Reflectors, _writer._time, _writer._random, this);
            _writer._roots.Changed += AddAll;
            _writer._source.ScopeChanged += AddAll;
            using var subscription = _writer._source.Namespaces.Subscribe(TakeNamespaces);
            try
            {
                await Task.WhenAll(reflector.RunAsync(cancellationToken), _queue.RunAsync(cancellationToken)).ConfigureAwait(false);
            }
            finally
            {
                _writer._roots.Changed -= AddAll;
                _writer._source.ScopeChanged -= AddAll;
            }
        }

        public void Apply(IReadOnlyList<ModelChange> changes)
        {
            lock (_lock)
            {
                foreach (var change in changes)
                {
                    if (change is ModelChange.Upsert { Value: ConfigMap map })
                        _written[map.Key.Namespace] = map.Data[_writer._options.DataKey] ?? "";
                    else if (change is ModelChange.Delete delete && delete.Table == Tables.ConfigMaps)
                        _written.Remove(delete.Key.Namespace);
                    Add(change is ModelChange.Upsert upsert ? upsert.Value.Key.Namespace : ((ModelChange.Delete)change).Key.Namespace);
                }
            }
        }

        public void Synced()
        {
            lock (_lock)
            {
                if (_synced)
                    return;
                _synced = true;
            }

            AddAll();
        }

        public void FaultsChanged()
        {
            // A ConfigMap that can't be read is written anew.
        }

        private WorkQueue<string> Queue() => new(WriteAsync, _writer._options.Queue, _writer._time, _writer._random);

        private void TakeNamespaces(IReadOnlyList<ModelChange> changes)
        {
            lock (_lock)
            {
                foreach (var change in changes)
                {
                    if (change is ModelChange.Upsert upsert)
                    {
                        _living.Add(upsert.Value.Key.Name);
                        Add(upsert.Value.Key.Name);
                    }
                    else
                    {
                        _living.Remove(((ModelChange.Delete)change).Key.Name);
                    }
                }
            }
        }

        private void AddAll()
        {
            lock (_lock)
            {
                foreach (var name in _living)
                    Add(name);
            }
        }

        private void Add(string name)
        {
            // What exists is known only after the first list; before, everything would seem to be missing.
            if (_synced && NeedsWrite(name))
                _queue.Add(name);
        }

        private bool NeedsWrite(string name) =>
            _living.Contains(name) && !Ignored.Contains(name) && _writer._source.IsScopeKnown && _writer._source.Scope.Includes(name)
            && _writer._roots.Pem is { Length: > 0 } pem && _written.GetValueOrDefault(name) != pem;

        /// <summary>Writes the ConfigMap of a namespace; false to try again later.</summary>
        private async Task<bool> WriteAsync(string name, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                if (!NeedsWrite(name))
                    return true;
            }

            if (!_writer._election.IsLeader)
                return false;
            var pem = _writer._roots.Pem;
            var map = new ConfigMapObject
            {
                Metadata = new ObjectHeader { Name = _writer._options.ConfigMapName, Namespace = name, Labels = new() { [Label] = "true" } },
                Data = new() { [_writer._options.DataKey] = pem },
            };
            var result = await _writer._client.ApplyAsync(
                $"/api/v1/namespaces/{name}/configmaps/{_writer._options.ConfigMapName}", map, ApiJson.Default.ConfigMapObject, cancellationToken).ConfigureAwait(false);
            if (result.Error is null)
            {
                Interlocked.Increment(ref _writer._writes);
                lock (_lock)
                    _written[name] = pem;
                return true;
            }

            // A namespace that is gone, or going, takes no more objects.
            return result.Error.IsNotFound || result.Error.IsNamespaceTerminating;
        }
    }
}
