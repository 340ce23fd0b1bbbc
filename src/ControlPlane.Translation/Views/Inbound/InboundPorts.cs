using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Views.Endpoints;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Inbound;

/// <summary>
/// The ports of a workload that services lead to: those of its namespace whose selector matches its labels; only where none does,
/// those with an EndpointSlice that has its address.
/// </summary>
public static class InboundPorts
{
    /// <summary>The ports of a class's workloads, ascending.</summary>
    public static Derivation<ProxyClass, EquatableArray<InboundPort>> OfClass { get; } = new("InboundPorts", Compute);

    private static EquatableArray<InboundPort> Compute(IReader reader, ProxyClass proxy)
    {
        var targets = OfKubernetes(reader, proxy);
        targets.AddRange(ExternalTargets.OfServiceEntries(reader, proxy));
        return targets
            .OrderBy(static t => t.Service.CreationTime).ThenBy(static t => t.Service.Host, StringComparer.Ordinal)
            .GroupBy(static t => t.Port)
            .OrderBy(static g => g.Key)
            .Select(static g => new InboundPort(g.Key, g.Select(static t => Entry(t.Service, t.ServicePort)).ToEquatableArray()))
            .ToEquatableArray();
    }

    private static List<InboundTarget> OfKubernetes(IReader reader, ProxyClass proxy)
    {
        // A WorkloadEntry with the proxy's address speaks for it, whatever Pods there are.
        if (ExternalTargets.OfWorkloadEntry(reader, proxy) is { } external)
            return external;
        var services = reader.Get(ServiceDirectory.InNamespace, proxy.Namespace).Where(static s => s.IsKubernetes).ToList();
        var selecting = services.Where(s => !s.Selector.IsEmpty && s.Selector.IsSubsetOf(proxy.Labels)).ToList();
        if (selecting.Count == 0 && proxy.PodKnown && !proxy.Addresses.IsEmpty)
            return BySlices(reader, services, proxy);
        return Selected(selecting, proxy);
    }

    private static List<InboundTarget> Selected(List<MeshService> services, ProxyClass proxy)
    {
        var ports = new TargetPorts(proxy);
        var result = new List<InboundTarget>();
        foreach (var service in services)
        {
            var seen = new HashSet<(int, Protocol)>();
            foreach (var port in service.Ports)
            {
                if (!ports.TryFind(port, out var target))
                {
                    // Istio gives up on a workload whose Pod it does not know if the proxy's own list of ports lacks one.
                    if (!proxy.PodKnown)
                        return [];
                    continue;
                }

                if (seen.Add((target, port.Protocol)))
                    result.Add(new InboundTarget(target, service, port));
            }
        }

        return result;
    }

    private static List<InboundTarget> BySlices(IReader reader, List<MeshService> services, ProxyClass proxy)
    {
        var result = new List<InboundTarget>();
        foreach (var slice in reader.Lookup(SliceIndexes.ByAddress, proxy.Addresses[0]).Where(s => s.Meta.Namespace == proxy.Namespace))
        {
            if (services.FirstOrDefault(s => s.Name == slice.ServiceName) is not { } service)
                continue;
            foreach (var port in slice.Ports)
            {
                if (port.Port is { } number && service.Ports.FirstOrDefault(p => p.Name == port.Name) is { } declared)
                    result.Add(new InboundTarget(number, service, declared));
            }
        }

        return result;
    }

    private static InboundService Entry(MeshService service, MeshServicePort port) =>
        new(service.Host, service.Name, service.Namespace, port.Number, port.Name, port.Protocol, service.IsKubernetes);
}
