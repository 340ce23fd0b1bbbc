using System.Diagnostics.Metrics;
using ControlPlane.Kubernetes;
using ControlPlane.Kubernetes.Leases;
using ControlPlane.Kubernetes.Reflectors;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Health;

/// <summary>Looks at the parts of the server, so that it is known since when each is as it is. What they are is the same as long as the process lives.</summary>
internal sealed class HealthMonitor : BackgroundService
{
    /// <summary>How often they are looked at; asking for the report looks too.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const string MeterName = "ControlPlane.Health";

    private readonly TimeProvider _time;
    private readonly SourceAge? _age;
    private readonly KubernetesCluster? _cluster;
    private readonly HealthCheck[] _checks;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HealthLine> _known = new(StringComparer.Ordinal);

    public HealthMonitor(Readiness readiness, TimeProvider time, IMeterFactory meters, SourceAge? age = null, KubernetesCluster? cluster = null)
    {
        (_time, _age, _cluster) = (time, age, cluster);
        _checks =
        [
            new HealthCheck("running", true, () => readiness.StoppingFault),
            new HealthCheck("snapshot", true, () => readiness.SnapshotFault),
            new HealthCheck("authority", true, () => readiness.AuthorityFault),
        ];
        if (age is not null)
            _checks = [.. _checks, new HealthCheck("cluster", false, () => age.Fault)];
        if (cluster is not null)
            _checks = [.. _checks, new HealthCheck("locks", false, () => Fault(cluster.Elections))];
        meters.Create(MeterName).CreateObservableGauge(
            "controlplane_health",
            () => Look().Select(line => new Measurement<int>(line.State == HealthState.Ok ? 1 : 0, new KeyValuePair<string, object?>("check", line.Name))),
            description: "1 where nothing is wrong with a part of the server, by check; see /ready?verbose.");
    }

    /// <summary>How each kind of object of the cluster is doing; none without a cluster.</summary>
    public IReadOnlyList<ReflectorStatus> Kinds => _age?.Status ?? [];

    /// <summary>The locks of duties in the cluster; none without one.</summary>
    public IReadOnlyList<LeaderElection> Locks => _cluster?.Elections ?? [];

    /// <summary>Looks now.</summary>
    public IReadOnlyList<HealthLine> Look()
    {
        lock (_lock)
            return [.. _checks.Select(Look)];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                Look();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The normal end.
        }
    }

    private static string Fault(IEnumerable<LeaderElection> elections) =>
        string.Join("; ", elections.Where(election => election.Error is not null).Select(election => $"{election.Name}: {election.Error}"));

    private HealthLine Look(HealthCheck check)
    {
        var reason = check.Fault();
        var state = reason.Length == 0 ? HealthState.Ok : check.IsRequired ? HealthState.Failing : HealthState.Degraded;
        var since = _known.TryGetValue(check.Name, out var before) && before.State == state ? before.Since : _time.GetUtcNow();
        return _known[check.Name] = new HealthLine(check.Name, check.IsRequired, state, reason, since);
    }
}
