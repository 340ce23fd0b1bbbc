using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Networks;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.WorkloadEntry;

/// <summary>What endpoints say of a workload that is no Pod.</summary>
internal static class WorkloadEndpoints
{
    /// <summary>The workload behind the endpoints of a specification.</summary>
    public static EndpointWorkload Workload(IReader reader, WorkloadSpec spec)
    {
        var settings = reader.Get(PodWorkloads.Settings, Unit.Value);
        var account = spec.ServiceAccount.Length > 0;
        return new EndpointWorkload
        {
            Name = spec.WorkloadName,
            Namespace = spec.Namespace,
            Labels = WithNetwork(reader, spec),
            Identity = account ? SpiffeNames.OfServiceAccount(settings.TrustDomain, spec.Namespace, spec.ServiceAccount) : "",
            TlsMode = spec.Labels[WellKnownLabels.TlsMode] ?? (account ? EndpointWorkload.IstioMutualTls : EndpointWorkload.NoTls),
            Locality = spec.Locality,
            Network = spec.Network,
            Cluster = settings.ClusterId,
            Draining = !string.IsNullOrEmpty(spec.Labels[WellKnownLabels.Draining]),
        };
    }

    /// <summary>The endpoints that a specification adds to a Kubernetes Service that selects it, in the order of the Service's ports.</summary>
    public static IEnumerable<MeshEndpoint> OfService(IReader reader, WorkloadSpec spec, MeshService service)
    {
        EndpointWorkload? workload = null;
        foreach (var port in service.Ports)
        {
            if (TargetOf(spec, port) is not { } target)
                continue;
            workload ??= Workload(reader, spec);
            yield return new MeshEndpoint
            {
                Address = spec.Address,
                Port = target,
                PortName = port.Name,
                Health = EndpointHealth.Unknown,
                Weight = Math.Max(spec.Weight, 1),
                Workload = workload,
            };
        }
    }

    /// <summary>
    /// The port of a workload that a port of a Kubernetes Service leads to: a named target by its name, else by the service port's
    /// name, else the target's number. Null where a named target has no such port.
    /// </summary>
    public static int? TargetOf(WorkloadSpec spec, MeshServicePort port)
    {
        if (port.TargetPortName.Length > 0)
            return spec.PortOf(port.TargetPortName) is > 0 and var named ? named : null;
        return spec.PortOf(port.Name) is > 0 and var given ? given : port.TargetPort;
    }

    /// <summary>A Service can't use sockets and names, only addresses.</summary>
    public static bool ServesServices(WorkloadSpec spec) => !spec.IsUnix && (spec.Address.Length == 0 || ServiceAddresses.IsIp(spec.Address));

    /// <summary>Subsets may ask for the network that follows from the address, although endpoints are not on it for all else.</summary>
    private static LabelMap WithNetwork(IReader reader, WorkloadSpec spec)
    {
        if (spec.Network.Length > 0 || spec.Labels.ContainsKey(WellKnownLabels.Network))
            return spec.Labels;
        var network = reader.Get(NetworkMap.Current, Unit.Value).Of(null, spec.Address);
        return network.Length == 0 ? spec.Labels : LabelMap.From(spec.Labels.Append(KeyValuePair.Create(WellKnownLabels.Network, network)));
    }
}
