using System.Collections.Concurrent;
using ControlPlane.Kubernetes;
using ControlPlane.Kubernetes.Reviews;
using ControlPlane.Model.Proxies;
using ControlPlane.Security.Identities;

namespace ControlPlane.Composition.Identity;

/// <summary>
/// Which secrets a proven proxy may have: those that its Gateways name, and all of its namespace where its service account may list them, which
/// the cluster is asked for gateways; without a cluster those that the Gateways which it serves name. Answers are remembered for a minute, so that a right that is taken away ends soon.
/// </summary>
internal sealed class SecretRights(TimeProvider time, KubernetesCluster? cluster = null)
{
    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Namespace, string Account), (bool MayList, DateTimeOffset Until)> _known = new();

    public async ValueTask<SecretAccess> OfAsync(ProxyDescriptor proxy, SpiffeId identity, CancellationToken cancellationToken)
    {
        if (proxy.Type != ProxyType.Router)
            return SecretAccess.Named;
        if (cluster is null)
            return SecretAccess.Served;
        var key = (identity.Namespace, identity.ServiceAccount);
        if (!_known.TryGetValue(key, out var known) || known.Until <= time.GetUtcNow())
        {
            var answer = await cluster.Access.MayAsync(
                $"system:serviceaccount:{identity.Namespace}:{identity.ServiceAccount}",
                ["system:serviceaccounts", $"system:serviceaccounts:{identity.Namespace}", "system:authenticated"],
                new ResourceAccess("list", "", "secrets") { Namespace = identity.Namespace },
                cancellationToken);
            if (answer.Error is not null)
                return SecretAccess.Named;
            if (_known.Count >= MaxRemembered)
                _known.Clear();
            _known[key] = known = (answer.Value, time.GetUtcNow() + Memory);
        }

        return known.MayList ? SecretAccess.Namespace : SecretAccess.Named;
    }
}
