using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Translation.Features.WorkloadEntry;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Mesh;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.ServiceEntry;

/// <summary>The endpoints of ServiceEntries: those that they list, the workloads that they select, or the host itself.</summary>
internal static class ServiceEntryEndpoints
{
    /// <summary>Pods by namespace and one label, <c>key=value</c>: made only once some ServiceEntry selects workloads.</summary>
    private static readonly TableIndex<Pod, (string Namespace, string Label)> PodsByLabel = new(
        Tables.Pods, static pod => pod.Meta.Labels.Select(l => (pod.Meta.Namespace, $"{l.Key}={l.Value}")));

    private static readonly TableIndex<Pod, string> PodsByNamespace = new(Tables.Pods, static pod => [pod.Meta.Namespace]);

    /// <summary>
    /// All endpoints of a host in a namespace, whichever objects give them, oldest object first. A host with several addresses has
    /// its endpoints once for each.
    /// </summary>
    public static Derivation<(string Namespace, string Host), EquatableArray<MeshEndpoint>> OfHost { get; } = new("ServiceEntryEndpoints", static (reader, key) =>
    {
        var entries = reader.Lookup(ServiceEntries.ByHost, key);
        if (entries.IsEmpty)
            return [];
        var result = new List<MeshEndpoint>();
        var taken = new HashSet<int>();
        foreach (var entry in entries.OrderBy(static e => e.Meta.CreationTime))
        {
            foreach (var service in reader.Get(ServiceEntries.ServicesOf, entry.Key).Where(s => s.Host == key.Host))
            {
                foreach (var endpoint in Of(reader, reader.Get(ServiceEntries.Object, entry.Key).Spec!, service))
                {
                    // A cluster that uses one answer at a time takes one host only.
                    if (service.Resolution != Resolution.DnsRoundRobin || taken.Add(endpoint.PortNumber))
                        result.Add(endpoint);
                }
            }
        }

        return result.ToEquatableArray();
    });

    /// <summary>The endpoints that one object gives one of its services.</summary>
    private static IEnumerable<MeshEndpoint> Of(IReader reader, ServiceEntrySpec spec, MeshService service)
    {
        var resolves = service.Resolution is Resolution.Dns or Resolution.DnsRoundRobin;
        if (spec.Selector is { } selector)
            return Selected(reader, selector, service, resolves);
        if (spec.Endpoints.IsEmpty && resolves)
            return Host(reader, service);
        return spec.Endpoints.SelectMany(w => OfWorkload(WorkloadEndpoints.Workload(reader, w), w.Address, w.PortOf, w.Weight, EndpointHealth.Unknown, service));
    }

    private static IEnumerable<MeshEndpoint> Selected(IReader reader, LabelMap selector, MeshService service, bool resolves)
    {
        foreach (var pod in Pods(reader, selector, service.Namespace))
        {
            var workload = PodWorkloads.Compute(reader, pod, pod.Ips[0]);
            foreach (var endpoint in OfWorkload(workload, pod.Ips[0], name => PortOf(pod, name), 1, EndpointHealth.Healthy, service))
                yield return endpoint;
        }

        foreach (var entry in reader.Get(WorkloadEntries.InNamespace, service.Namespace))
        {
            if (!selector.IsSubsetOf(entry.Labels) || (!resolves && !WorkloadEndpoints.ServesServices(entry)))
                continue;
            foreach (var endpoint in OfWorkload(WorkloadEndpoints.Workload(reader, entry), entry.Address, entry.PortOf, entry.Weight, EndpointHealth.Unknown, service))
                yield return endpoint;
        }
    }

    private static IEnumerable<Pod> Pods(IReader reader, LabelMap selector, string @namespace)
    {
        if (!reader.Get(DiscoverySelection.Includes, @namespace))
            return [];
        var candidates = selector.IsEmpty
            ? reader.Lookup(PodsByNamespace, @namespace)
            : reader.Lookup(PodsByLabel, (@namespace, $"{selector.First().Key}={selector.First().Value}"));
        return candidates.Where(p => EndpointDirectory.IsServing(p) && !p.Ips.IsEmpty && selector.IsSubsetOf(p.Meta.Labels));
    }

    private static int PortOf(Pod pod, string name)
    {
        foreach (var port in pod.Ports)
        {
            if (port.Name == name && port.Protocol == "TCP")
                return port.Port;
        }

        return 0;
    }

    /// <summary>A host without endpoints stands for itself.</summary>
    private static IEnumerable<MeshEndpoint> Host(IReader reader, MeshService service)
    {
        var cluster = reader.Get(PodWorkloads.Settings, Unit.Value).ClusterId;
        var workload = new EndpointWorkload
        {
            Name = service.Source.Name,
            Namespace = service.Namespace,
            Cluster = cluster,
        };
        return OfWorkload(workload, service.Host, static _ => 0, 1, EndpointHealth.Unknown, service);
    }

    private static IEnumerable<MeshEndpoint> OfWorkload(
        EndpointWorkload workload, string address, Func<string, int> portOf, int weight, EndpointHealth health, MeshService service)
    {
        var unix = address.StartsWith(WorkloadSpec.UnixPrefix, StringComparison.Ordinal);
        foreach (var port in service.Ports)
        {
            var own = portOf(port.Name);
            yield return new MeshEndpoint
            {
                Address = unix ? address[WorkloadSpec.UnixPrefix.Length..] : address,
                Port = unix ? 0 : own > 0 ? own : port.TargetPort > 0 ? port.TargetPort : port.Number,
                PortName = port.Name,
                PortNumber = port.Number,
                Weight = Math.Max(weight, 1),
                Health = health,
                Workload = workload,
            };
        }
    }
}
