using ControlPlane.Kubernetes.Leases;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Statuses;

namespace ControlPlane.Kubernetes.Writers.Statuses;

/// <summary>
/// Writes statuses that translation finds, those of the Gateway API. An object is asked for only where its status as mirrored is not the wanted one; so
/// what another writer takes away comes again.
/// </summary>
public sealed class ObjectStatusWriter : StatusDuty
{
    /// <summary>Name of the lock; istiod's, so that the two never write at once.</summary>
    public const string LockName = "istio-gateway-status-leader";

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Kind, ObjectKey Key), StatusFinding> _found = [];

    internal ObjectStatusWriter(KubernetesSource source, StatusWriter writer, LeaderElection election)
        : base(source, writer, election)
    {
    }

    /// <summary>Says what is to be told of an object now. Returns at once.</summary>
    /// <param name="kind">The kind, as its table has it.</param>
    /// <param name="key">The object.</param>
    /// <param name="status">What is to be told, and what stands there; null for nothing: what stands there stays.</param>
    public void Report(string kind, ObjectKey key, StatusFinding? status)
    {
        lock (_lock)
        {
            if (status is null)
                _found.Remove((kind, key));
            else
                _found[(kind, key)] = status;
        }

        if (status is not null)
            Set((kind, key), status);
    }

    private protected override void Begin()
    {
        List<((string Kind, ObjectKey Key) Subject, StatusFinding Status)> all;
        lock (_lock)
            all = [.. _found.Select(f => (f.Key, f.Value))];
        foreach (var (subject, status) in all)
            Set(subject, status);
    }

    private void Set((string Kind, ObjectKey Key) subject, StatusFinding status) => Set(subject, () => ObjectStatusEdit.Of(status.Wanted), status.CurrentJson);
}
