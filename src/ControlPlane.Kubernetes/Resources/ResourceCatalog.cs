using System.Collections.Frozen;
using ControlPlane.Kubernetes.Resources.ConfigMaps;
using ControlPlane.Kubernetes.Resources.ConfigObjects;
using ControlPlane.Kubernetes.Resources.Endpoints;
using ControlPlane.Kubernetes.Resources.EndpointSlices;
using ControlPlane.Kubernetes.Resources.Namespaces;
using ControlPlane.Kubernetes.Resources.Nodes;
using ControlPlane.Kubernetes.Resources.Pods;
using ControlPlane.Kubernetes.Resources.Secrets;
using ControlPlane.Kubernetes.Resources.ServiceAccounts;
using ControlPlane.Kubernetes.Resources.Services;

namespace ControlPlane.Kubernetes.Resources;

/// <summary>All kinds that are read: the one list that directory and cluster share.</summary>
internal static class ResourceCatalog
{
    private static readonly FrozenDictionary<(string Group, string Kind), IResourceAdapter> Adapters =
        new IResourceAdapter[]
            {
                new NamespaceAdapter(), new NodeAdapter(), new ServiceAdapter(), new EndpointSliceAdapter(), new EndpointsAdapter(),
                new PodAdapter(), new ServiceAccountAdapter(), new ConfigMapAdapter(), new SecretAdapter(),
            }
            .Concat(ConfigKinds.All)
            .ToFrozenDictionary(a => (a.Kind.Group, a.Kind.Kind));

    /// <summary>All adapters, in no particular order.</summary>
    public static IEnumerable<IResourceAdapter> All => Adapters.Values;

    /// <summary>The adapter of a kind, or null.</summary>
    public static IResourceAdapter? Find(string group, string kind) => Adapters.GetValueOrDefault((group, kind));
}
