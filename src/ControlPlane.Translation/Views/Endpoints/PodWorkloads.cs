using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Networks;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Endpoints;

/// <summary>What endpoints say of the Pod behind them.</summary>
internal static class PodWorkloads
{
    /// <summary>The workload of a Pod; its network by its own address, or else by that of the endpoint.</summary>
    public static EndpointWorkload Compute(IReader reader, Pod pod, string address) =>
        Compute(reader, pod, address, reader.Get(Settings, Unit.Value), reader.Get(NetworkMap.Current, Unit.Value));

    /// <summary>The same for a caller who has many Pods, and has read what is the same for all.</summary>
    public static EndpointWorkload Compute(IReader reader, Pod pod, string address, Identity mesh, NetworkMap networks)
    {
        var labels = pod.Meta.Labels;
        var network = networks.Of(labels[WellKnownLabels.Network], pod.Ips.IsEmpty ? "" : pod.Ips[0]);
        return new EndpointWorkload
        {
            Name = WorkloadNames.OfPod(pod),
            Namespace = pod.Meta.Namespace,
            Labels = labels,
            Identity = SpiffeNames.OfServiceAccount(mesh.TrustDomain, pod.Meta.Namespace, pod.ServiceAccount),
            TlsMode = labels[WellKnownLabels.TlsMode] ?? EndpointWorkload.NoTls,
            Locality = Localities.OfPod(reader, pod),
            Network = network.Length > 0 ? network : networks.Of(null, address),
            Cluster = mesh.ClusterId,
            NodeName = pod.NodeName,
            Hostname = pod.Subdomain.Length == 0 ? "" : pod.Hostname.Length > 0 ? pod.Hostname : pod.Meta.Name,
            Subdomain = pod.Subdomain,
            Draining = !string.IsNullOrEmpty(labels[WellKnownLabels.Draining]),
        };
    }

    /// <summary>What of the mesh settings endpoints carry, so that no other setting touches them.</summary>
    internal static Derivation<Unit, Identity> Settings { get; } = new("EndpointSettings", static (reader, _) =>
    {
        var mesh = reader.Get(MeshSettings.Current, Unit.Value);
        return new Identity(mesh.TrustDomain, mesh.ClusterId);
    });

    internal sealed record Identity(string TrustDomain, string ClusterId);
}
