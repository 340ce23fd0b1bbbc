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
        var join = new Join(reader, service, slices.Sum(static s => s.Endpoints.Count * s.Ports.Count));
        foreach (var slice in slices)
        {
            foreach (var entry in slice.Endpoints)
                join.Add(slice, entry);
        }

        return join.Endpoints.ToEquatableArray();
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

    /// <summary>What the endpoints of one service have in common is read and made once.</summary>
    private sealed class Join(IReader reader, MeshService service, int expected)
    {
        private readonly NetworkMap _networks = reader.Get(NetworkMap.Current, Unit.Value);
        private readonly PodWorkloads.Identity _mesh = reader.Get(PodWorkloads.Settings, Unit.Value);
        private readonly HashSet<(string Address, string PortName)> _seen = new(expected);
        private readonly TextPool _texts = new();
        private EndpointWorkload? _unknown;

        public List<MeshEndpoint> Endpoints { get; } = new(expected);

        public void Add(EndpointSlice slice, SliceEndpoint entry)
        {
            var health = Health(service, entry);
            foreach (var address in entry.Addresses)
            {
                var pod = Pod(slice, entry, address);
                // What a slice says of a Pod that is not known (yet) can't be trusted: nobody could tell whose identity to expect.
                if (pod is null && entry.Pod is not null)
                    continue;
                EndpointWorkload? workload = null;
                foreach (var port in slice.Ports)
                {
                    if (!_seen.Add((address, port.Name)))
                        continue;
                    workload ??= pod is null ? Unknown(address) : _texts.Share(PodWorkloads.Compute(reader, pod, address, _mesh, _networks));
                    Endpoints.Add(new MeshEndpoint { Address = address, Port = port.Port ?? 0, PortName = port.Name, Health = health, Workload = workload });
                }
            }
        }

        private Pod? Pod(EndpointSlice slice, SliceEndpoint entry, string address)
        {
            if (entry.Pod is { } key)
                return reader.Get(DiscoverySelection.Includes, key.Namespace) ? reader.Find(Tables.Pods, key) : null;
            var pods = reader.Lookup(EndpointDirectory.ReadyPodsByAddress, (slice.Meta.Namespace, address));
            return pods.IsEmpty ? null : pods[0];
        }

        /// <summary>What is said of an address without a Pod.</summary>
        private EndpointWorkload Unknown(string address)
        {
            var network = _networks.Of(null, address);
            if (_unknown?.Network != network)
                _unknown = new EndpointWorkload { Network = network, Cluster = _mesh.ClusterId };
            return _unknown;
        }
    }
}
