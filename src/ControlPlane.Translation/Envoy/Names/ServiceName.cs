using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Envoy.Names;

/// <summary>What a service is called in statistics and cluster metadata.</summary>
/// <param name="Host">Fully qualified host.</param>
/// <param name="Name">Name of the object (of a ServiceEntry: the host).</param>
/// <param name="Namespace">Namespace of the object.</param>
/// <param name="IsKubernetes">Whether it is a Kubernetes Service: only these have short names.</param>
public sealed record ServiceName(string Host, string Name, string Namespace, bool IsKubernetes)
{
    /// <summary>The names of a service.</summary>
    public static ServiceName Of(MeshService service) => new(service.Host, service.Name, service.Namespace, service.IsKubernetes);

    /// <summary><c>name.namespace</c> of a Kubernetes Service, else the host.</summary>
    public string Short => IsKubernetes ? $"{Name}.{Namespace}" : Host;

    /// <summary>Name of a Kubernetes Service, else the host.</summary>
    public string Bare => IsKubernetes ? Name : Host;
}
