using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;

namespace ControlPlane.Kubernetes.Resources.ServiceAccounts;

/// <summary>ServiceAccounts: metadata alone.</summary>
internal sealed class ServiceAccountAdapter() : ResourceAdapter<ServiceAccount>(
    new ResourceKind("", ["v1"], "ServiceAccount", "serviceaccounts", Namespaced: true, Tables.ServiceAccounts), Tables.ServiceAccounts)
{
    protected override ServiceAccount Read(Fields root, ObjectMeta meta, string apiVersion) => new() { Meta = meta, Uid = root.Object("metadata").Text("uid") };
}
