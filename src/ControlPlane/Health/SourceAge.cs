using System.Globalization;
using ControlPlane.Kubernetes;
using ControlPlane.Kubernetes.Reflectors;

namespace ControlPlane.Health;

/// <summary>Says in words how old the state of the cluster is. The server stays ready with an old one: it is better than none.</summary>
internal sealed class SourceAge(KubernetesCluster cluster, TimeProvider time)
{
    /// <summary>How each kind is doing.</summary>
    public IReadOnlyList<ReflectorStatus> Status => cluster.Source.Status;

    /// <summary>How many kinds can't be read, and since when at most; "" where all can.</summary>
    public string Fault
    {
        get
        {
            var (all, stale) = (Status, Status.Where(status => status.Error is not null).ToList());
            return stale.Count == 0
                ? ""
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{stale.Count} of {all.Count} kinds can't be read, the oldest state is {(time.GetUtcNow() - stale.Min(status => status.LastHeard)).TotalSeconds:F0} s old: {stale[0].Name}: {stale[0].Error}");
        }
    }

    /// <summary>A line for each resource that can't be read at present; "" where all is well.</summary>
    public string Detail => string.Concat(Status.Where(status => status.Error is not null).Select(status =>
        string.Create(CultureInfo.InvariantCulture, $"stale: {status.Name} for {(time.GetUtcNow() - status.LastHeard).TotalSeconds:F0} s: {status.Error}\n")));
}
