using ControlPlane.Model.Objects;

namespace ControlPlane.Model.Snapshots;

/// <summary>The tables of the Kubernetes core kinds, and how those of the configuration kinds are named.</summary>
public static class Tables
{
    /// <summary>Namespaces, key ("", name).</summary>
    public static TableId<Namespace> Namespaces { get; } = new("Namespace");

    /// <summary>Nodes, key ("", name).</summary>
    public static TableId<Node> Nodes { get; } = new("Node");

    /// <summary>Services.</summary>
    public static TableId<Service> Services { get; } = new("Service");

    /// <summary>EndpointSlices, and Endpoints in the same form.</summary>
    public static TableId<EndpointSlice> EndpointSlices { get; } = new("EndpointSlice");

    /// <summary>Pods.</summary>
    public static TableId<Pod> Pods { get; } = new("Pod");

    /// <summary>ServiceAccounts.</summary>
    public static TableId<ServiceAccount> ServiceAccounts { get; } = new("ServiceAccount");

    /// <summary>ConfigMaps that something reads.</summary>
    public static TableId<ConfigMap> ConfigMaps { get; } = new("ConfigMap");

    /// <summary>Secrets that something may read.</summary>
    public static TableId<Secret> Secrets { get; } = new("Secret");

    /// <summary>
    /// The mesh configuration: at most one object, whose spec is the key <c>mesh</c> of ConfigMap <c>istio</c> (or of a file) as JSON.
    /// Its key is always <see cref="MeshConfigKey"/>.
    /// </summary>
    public static TableId<ConfigObject> MeshConfig { get; } = new("MeshConfig");

    /// <summary>The mesh networks: the key <c>meshNetworks</c> of the same ConfigMap, under <see cref="MeshConfigKey"/>.</summary>
    public static TableId<ConfigObject> MeshNetworks { get; } = new("MeshNetworks");

    /// <summary>Key of the only object of <see cref="MeshConfig"/> and of <see cref="MeshNetworks"/>.</summary>
    public static ObjectKey MeshConfigKey { get; } = new("", "istio");

    /// <summary>The table of one of Istio's or the Gateway API's kinds, e.g. VirtualService, under whichever version it was served.</summary>
    public static TableId<ConfigObject> Config(string kind) => new(kind);
}
