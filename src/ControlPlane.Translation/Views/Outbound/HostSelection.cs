using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Outbound;

/// <summary>Decides whose services a host stands for where several namespaces have it.</summary>
public static class HostSelection
{
    /// <summary>
    /// The services whose namespace owns their host: the client's own namespace, else that of a Kubernetes Service, else that of the first.
    /// A namespace may keep several services of one host.
    /// </summary>
    /// <param name="services">The services that a client sees, in order.</param>
    /// <param name="ownNamespace">Namespace of the client.</param>
    public static EquatableArray<MeshService> Select(EquatableArray<MeshService> services, string ownNamespace)
    {
        var owners = new Dictionary<string, (string Namespace, bool IsKubernetes)>(StringComparer.Ordinal);
        var contested = false;
        foreach (var service in services)
        {
            if (!owners.TryGetValue(service.Host, out var owner))
            {
                owners[service.Host] = (service.Namespace, service.IsKubernetes);
                continue;
            }

            contested |= owner.Namespace != service.Namespace;
            var takesOver = service.Namespace == ownNamespace || (service.IsKubernetes && !owner.IsKubernetes && owner.Namespace != ownNamespace);
            if (takesOver)
                owners[service.Host] = (service.Namespace, service.IsKubernetes);
        }

        return contested ? services.Where(s => owners[s.Host].Namespace == s.Namespace).ToEquatableArray() : services;
    }
}
