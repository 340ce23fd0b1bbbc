using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Networks;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Endpoints;

/// <summary>Joins the EndpointSlices of a Kubernetes Service with the Pods that they name.</summary>
internal static class SliceEndpoints
{
    private static readonly TableIndex<EndpointSlice, ObjectKey> ByService = new(
        Tables.EndpointSlices,
        static slice => slice.ServiceName.Length > 0 && slice.AddressType != "FQDN" ? [new ObjectKey(slice.Meta.Namespace, slice.ServiceName)] : []);

    /// <summary>The endpoints of a service, in the order of its slices.</summary>
    public static EquatableArray<MeshEndpoint> Compute(IReader reader, MeshService service)
    {
        var slices = reader.Lookup(ByService, service.Source);
        if (slices.IsEmpty)
            return [];
        var seen = new HashSet<(string Address, string PortName)>();
        var texts = new TextPool();
        var endpoints = new List<MeshEndpoint>();
        foreach (var slice in slices)
        {
            foreach (var entry in slice.Endpoints)
                Add(reader, service, slice, entry, seen, texts, endpoints);
        }

        return endpoints.ToEquatableArray();
    }

    private static void Add(
        IReader reader, MeshService service, EndpointSlice slice, SliceEndpoint entry, HashSet<(string Address, string PortName)> seen,
        TextPool texts, List<MeshEndpoint> endpoints)
    {
        var health = Health(service, entry);
        foreach (var address in entry.Addresses)
        {
            var pod = Pod(reader, slice, entry, address);
            // What a slice says of a Pod that is not known (yet) can't be trusted: nobody could tell whose identity to expect.
            if (pod is null && entry.Pod is not null)
                continue;
            EndpointWorkload? workload = null;
            foreach (var port in slice.Ports)
            {
                if (!seen.Add((address, port.Name)))
                    continue;
                workload ??= texts.Share(Workload(reader, pod, address));
                endpoints.Add(new MeshEndpoint { Address = address, Port = port.Port ?? 0, PortName = port.Name, Health = health, Workload = workload });
            }
        }
    }

    private static Pod? Pod(IReader reader, EndpointSlice slice, SliceEndpoint entry, string address)
    {
        if (entry.Pod is { } key)
            return reader.Get(DiscoverySelection.Includes, key.Namespace) ? reader.Find(Tables.Pods, key) : null;
        var pods = reader.Lookup(EndpointDirectory.ReadyPodsByAddress, (slice.Meta.Namespace, address));
        return pods.IsEmpty ? null : pods[0];
    }

    private static EndpointHealth Health(MeshService service, SliceEndpoint entry)
    {
        if (entry.Ready ?? true)
            return EndpointHealth.Healthy;
        var terminating = entry.Terminating ?? true;
        if (terminating && (entry.Serving ?? true) && service.KeepsSessions)
            return EndpointHealth.Draining;
        return terminating ? EndpointHealth.Terminating : EndpointHealth.Unhealthy;
    }

    private static EndpointWorkload Workload(IReader reader, Pod? pod, string address)
    {
        var networks = reader.Get(NetworkMap.Current, Unit.Value);
        var cluster = reader.Get(PodWorkloads.Settings, Unit.Value).ClusterId;
        if (pod is null)
        {
            var network = networks.Of(null, address);
            return new EndpointWorkload { Network = network, Cluster = cluster };
        }

        return PodWorkloads.Compute(reader, pod, address);
    }
}
