using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
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
        var services = reader.Get(ServiceDirectory.InNamespace, proxy.Namespace);
        var targets = Selected(services, proxy);
        if (targets.Count == 0 && proxy.PodKnown && !proxy.Addresses.IsEmpty && !services.Any(s => Selects(s, proxy)))
            targets = BySlices(reader, services, proxy);
        return targets
            .GroupBy(t => t.Target)
            .OrderBy(g => g.Key)
            .Select(g => new InboundPort(g.Key, g.Select(t => t.Service).ToEquatableArray()))
            .ToEquatableArray();
    }

    private static bool Selects(MeshService service, ProxyClass proxy) => !service.Selector.IsEmpty && service.Selector.IsSubsetOf(proxy.Labels);

    private static List<(int Target, InboundService Service)> Selected(EquatableArray<MeshService> services, ProxyClass proxy)
    {
        var ports = new TargetPorts(proxy);
        var result = new List<(int, InboundService)>();
        foreach (var service in InOrder(services.Where(s => Selects(s, proxy))))
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
                    result.Add((target, Entry(service, port)));
            }
        }

        return result;
    }

    private static List<(int Target, InboundService Service)> BySlices(IReader reader, EquatableArray<MeshService> services, ProxyClass proxy)
    {
        var slices = reader.Lookup(SliceIndexes.ByAddress, proxy.Addresses[0]).Where(s => s.Meta.Namespace == proxy.Namespace).ToList();
        var result = new List<(int, InboundService)>();
        if (slices.Count == 0)
            return result;
        foreach (var service in InOrder(services.Where(s => s.IsKubernetes)))
        {
            foreach (var slice in slices.Where(s => s.ServiceName == service.Name))
            {
                foreach (var port in slice.Ports)
                {
                    if (port.Port is { } number && service.Ports.FirstOrDefault(p => p.Name == port.Name) is { } declared)
                        result.Add((number, Entry(service, declared)));
                }
            }
        }

        return result;
    }

    private static IEnumerable<MeshService> InOrder(IEnumerable<MeshService> services) =>
        services.OrderBy(s => s.CreationTime).ThenBy(s => s.Host, StringComparer.Ordinal);

    private static InboundService Entry(MeshService service, MeshServicePort port) =>
        new(service.Host, service.Name, service.Namespace, port.Number, port.Name, port.Protocol);
}
