using ControlPlane.Kubernetes;
using ControlPlane.Kubernetes.Client;
using ControlPlane.Kubernetes.Reviews;
using ControlPlane.Security.Identities;

namespace ControlPlane.Composition.Identity;

/// <summary>Asks the cluster whether a service account may list the secrets of its namespace.</summary>
internal sealed class SecretListReview(KubernetesCluster cluster)
{
    public Task<ApiResult<bool>> MayAsync(SpiffeId identity, CancellationToken cancellationToken) => cluster.Access.MayAsync(
        $"system:serviceaccount:{identity.Namespace}:{identity.ServiceAccount}",
        ["system:serviceaccounts", $"system:serviceaccounts:{identity.Namespace}", "system:authenticated"],
        new ResourceAccess("list", "", "secrets") { Namespace = identity.Namespace },
        cancellationToken);
}
