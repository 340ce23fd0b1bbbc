using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Proxies;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>Labels that follow from where a workload runs. They go before labels of the same name that the workload has itself, but for the network.</summary>
internal static class TopologyLabels
{
    public const string Region = "topology.kubernetes.io/region";
    public const string Zone = "topology.kubernetes.io/zone";
    public const string Subzone = "topology.istio.io/subzone";
    public const string Network = "topology.istio.io/network";
    public const string Cluster = "topology.istio.io/cluster";
    public const string Hostname = "kubernetes.io/hostname";

    /// <summary>A label of an endpoint's workload, null where it has none.</summary>
    public static string? Find(EndpointWorkload workload, string label) => label switch
    {
        Region => Part(workload, 0) ?? workload.Labels[label],
        Zone => Part(workload, 1) ?? workload.Labels[label],
        Subzone => Part(workload, 2) ?? workload.Labels[label],
        Cluster => NonEmpty(workload.Cluster) ?? workload.Labels[label],
        Hostname => NonEmpty(workload.NodeName) ?? workload.Labels[label],
        Network => NonEmpty(workload.Network) ?? workload.Labels[label],
        _ => workload.Labels[label],
    };

    /// <summary>A label of a proxy, null where it has none.</summary>
    public static string? Find(ProxyClass proxy, string label) => label switch
    {
        Region => NonEmpty(proxy.Locality.Region) ?? proxy.Labels[label],
        Zone => NonEmpty(proxy.Locality.Zone) ?? proxy.Labels[label],
        Subzone => NonEmpty(proxy.Locality.Subzone) ?? proxy.Labels[label],
        Cluster => NonEmpty(proxy.ClusterId) ?? proxy.Labels[label],
        Hostname => NonEmpty(proxy.NodeName) ?? proxy.Labels[label],
        Network => NonEmpty(proxy.Labels[label] ?? "") ?? NonEmpty(proxy.Network),
        _ => proxy.Labels[label],
    };

    private static string? Part(EndpointWorkload workload, int index)
    {
        var parts = workload.Locality.Split('/');
        return parts.Length > index ? NonEmpty(parts[index]) : null;
    }

    private static string? NonEmpty(string text) => text.Length > 0 ? text : null;
}
