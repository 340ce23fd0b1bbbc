using System.Collections.Frozen;

namespace ControlPlane.Kubernetes.Resources;

/// <summary>
/// Kinds that exist and are often found beside the ones we read, but that mean nothing to the mesh. Knowing them keeps the warning
/// about unknown kinds for misspelt ones.
/// </summary>
internal static class UnusedKinds
{
    private static readonly FrozenSet<(string Group, string Kind)> Kinds = new Dictionary<string, string[]>
    {
        [""] =
        [
            "Binding", "ComponentStatus", "Event", "LimitRange", "PersistentVolume", "PersistentVolumeClaim", "PodTemplate",
            "ReplicationController", "ResourceQuota",
        ],
        ["apps"] = ["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"],
        ["batch"] = ["CronJob", "Job"],
        ["autoscaling"] = ["HorizontalPodAutoscaler"],
        ["policy"] = ["PodDisruptionBudget", "PodSecurityPolicy"],
        ["rbac.authorization.k8s.io"] = ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
        ["networking.k8s.io"] = ["IPAddress", "NetworkPolicy", "ServiceCIDR"],
        ["admissionregistration.k8s.io"] =
        [
            "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
        ],
        ["apiextensions.k8s.io"] = ["CustomResourceDefinition"],
        ["apiregistration.k8s.io"] = ["APIService"],
        ["certificates.k8s.io"] = ["CertificateSigningRequest", "ClusterTrustBundle"],
        ["coordination.k8s.io"] = ["Lease"],
        ["events.k8s.io"] = ["Event"],
        ["flowcontrol.apiserver.k8s.io"] = ["FlowSchema", "PriorityLevelConfiguration"],
        ["node.k8s.io"] = ["RuntimeClass"],
        ["scheduling.k8s.io"] = ["PriorityClass"],
        ["storage.k8s.io"] = ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
        ["gateway.networking.x-k8s.io"] = ["XBackend", "XBackendTrafficPolicy", "XListenerSet", "XMesh"],
        ["inference.networking.k8s.io"] = ["InferencePool"],
        ["kustomize.config.k8s.io"] = ["Component", "Kustomization"],
        ["install.istio.io"] = ["IstioOperator"],
    }
    .SelectMany(g => g.Value.Select(kind => (g.Key, kind)))
    .ToFrozenSet();

    public static bool Contains(string group, string kind) => Kinds.Contains((group, kind));
}
