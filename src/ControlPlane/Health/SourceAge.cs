using System.Globalization;
using ControlPlane.Kubernetes;

namespace ControlPlane.Health;

/// <summary>Says in words how old the state of the cluster is. The server stays ready with an old one: it is better than none.</summary>
internal sealed class SourceAge(KubernetesCluster cluster, TimeProvider time)
{
    /// <summary>A line for each resource that can't be read at present; "" where all is well.</summary>
    public string Detail => string.Concat(cluster.Source.Status.Where(status => status.Error is not null).Select(status =>
        string.Create(CultureInfo.InvariantCulture, $"stale: {status.Name} for {(time.GetUtcNow() - status.LastHeard).TotalSeconds:F0} s: {status.Error}\n")));
}
