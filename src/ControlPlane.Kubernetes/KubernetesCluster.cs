using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Client.Configuration;
using ControlPlane.Kubernetes.Client.Requests;
using ControlPlane.Kubernetes.Leases;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Reviews;
using ControlPlane.Kubernetes.Writers;
using ControlPlane.Kubernetes.Writers.Events;
using ControlPlane.Kubernetes.Writers.Statuses;

namespace ControlPlane.Kubernetes;

/// <summary>All that is done with one API server, over two budgets of requests: one for mirrors and writes, one for reviews. Thread-safe.</summary>
public sealed class KubernetesCluster : IDisposable
{
    /// <summary>Name of the meter that a host makes for a cluster.</summary>
    public const string MeterName = ClientMetrics.MeterName;

    private readonly ApiClient _client;
    private readonly ApiClient _reviews;
    private readonly ObjectClient _objects;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private ImmutableArray<LeaderElection> _elections = [];

    /// <summary>Makes the clients; nothing is asked for yet.</summary>
    /// <param name="connection">The API server and who to be there.</param>
    /// <param name="options">Installation, limits, delays.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Spreads watches and retries; used by several threads, so <see cref="Random.Shared"/> or one that locks.</param>
    /// <param name="meter">Counts requests and tells how old the mirrors are; null for neither.</param>
    public KubernetesCluster(ClusterConnection connection, KubernetesOptions options, TimeProvider time, Random random, Meter? meter = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_time, _random) = (time, random);
        var metrics = meter is null ? null : new ClientMetrics(meter);
        _client = new ApiClient(connection, options.Client, time, metrics);
        _reviews = new ApiClient(connection, options.Reviews, time, metrics);
        _objects = new ObjectClient(_client, new ResiliencePolicy(options.Resilience, time));
        var reviews = new ObjectClient(_reviews, new ResiliencePolicy(options.Resilience, time));
        Tokens = new TokenReviewer(reviews);
        Access = new AccessReviewer(reviews);
        Source = new KubernetesSource(_client, connection, options, time, random);
        Events = new EventWriter(_objects, options.Events, time, random);
        if (meter is null)
            return;
        ReflectorMetrics.Create(meter, Source, time);
        EventMetrics.Create(meter, Events);
    }

    /// <summary>The objects of the cluster as source of the model.</summary>
    public KubernetesSource Source { get; }

    /// <summary>Asks who a token is.</summary>
    public TokenReviewer Tokens { get; }

    /// <summary>Asks who may do what.</summary>
    public AccessReviewer Access { get; }

    /// <summary>Tells of what happened to objects, as Events on them. It must be run.</summary>
    public EventWriter Events { get; }

    /// <summary>The locks that were made, of all duties.</summary>
    public IReadOnlyList<LeaderElection> Elections => _elections;

    /// <summary>A lock for a duty that one replica at a time carries out.</summary>
    /// <exception cref="ArgumentException">The delays don't fit together; see <see cref="LeaseOptions.Validate"/>.</exception>
    public LeaderElection Elect(LeaseOptions options)
    {
        var election = new LeaderElection(_objects, options, _time, _random);
        ImmutableInterlocked.Update(ref _elections, elections => elections.Add(election));
        return election;
    }

    /// <summary>The duty to keep the root certificates in every namespace.</summary>
    /// <param name="roots">The certificates.</param>
    /// <param name="lease">The lock of the duty.</param>
    /// <param name="options">Delays.</param>
    public RootCertificateWriter WriteRootCertificates(IRootCertificates roots, LeaseOptions lease, RootCertificateOptions options) =>
        new(_client, _objects, Source, roots, Elect(lease), options, _time, _random);

    /// <summary>Writes statuses of objects.</summary>
    /// <param name="options">Limits and delays.</param>
    /// <param name="mayWrite">Whether this replica may write now: mostly whether it holds a lock.</param>
    public StatusWriter WriteStatuses(StatusOptions options, Func<bool> mayWrite) => new(_objects, options, mayWrite, _time, _random);

    /// <summary>The duty to write what is wrong with configuration into its status.</summary>
    /// <param name="lease">The lock of the duty.</param>
    /// <param name="options">Limits and delays.</param>
    public ConfigStatusWriter WriteConfigStatus(LeaseOptions lease, StatusOptions options)
    {
        var election = Elect(lease);
        return new(_client, Source, WriteStatuses(options, () => election.IsLeader), election);
    }

    /// <summary>The duty to write statuses that translation finds.</summary>
    /// <param name="lease">The lock of the duty.</param>
    /// <param name="options">Limits and delays.</param>
    public ObjectStatusWriter WriteObjectStatuses(LeaseOptions lease, StatusOptions options)
    {
        var election = Elect(lease);
        return new(Source, WriteStatuses(options, () => election.IsLeader), election);
    }

    /// <summary>The duty to keep webhook configurations.</summary>
    /// <param name="wanted">What they are to hold, by kind.</param>
    /// <param name="lease">The lock of the duty.</param>
    /// <param name="options">Delays, and who is told.</param>
    public WebhookConfigurationWriter WriteWebhookConfigurations(IReadOnlyList<IWebhookConfigurations> wanted, LeaseOptions lease, WebhookConfigurationOptions options) =>
        new(_client, _objects, wanted, Elect(lease), options, _time, _random);

    /// <summary>The proof that a validating webhook refuses what is invalid.</summary>
    /// <param name="options">What is asked for.</param>
    public RefusalProbe ProbeRefusal(RefusalProbeOptions options) => new(_objects, options, _time, _random);

    /// <summary>A Secret of texts that replicas share.</summary>
    /// <param name="namespaceName">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its type, where it is made.</param>
    public SecretDocument Secret(string namespaceName, string name, string type) => new(_objects, namespaceName, name, type);

    /// <summary>A text of a ConfigMap; null where there is no such ConfigMap, "" where it has no such key.</summary>
    public async Task<ApiResult<string?>> ReadConfigMapAsync(string namespaceName, string name, string key, CancellationToken cancellationToken)
    {
        var path = $"/api/v1/namespaces/{namespaceName}/configmaps/{name}";
        var result = await _objects.GetAsync(path, ApiJson.Default.ConfigMapObject, cancellationToken).ConfigureAwait(false);
        if (result.Error is { } error)
            return error.IsNotFound ? new ApiResult<string?>(null, null) : error;
        return result.Value.Data?.GetValueOrDefault(key) ?? "";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _reviews.Dispose();
    }
}
