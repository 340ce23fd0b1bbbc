using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Features.ServiceEntry;
using ControlPlane.Translation.Features.WorkloadEntry;
using ControlPlane.Translation.Views.Proxies;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Inbound;

/// <summary>The ports of a workload that ServiceEntries and WorkloadEntries lead to.</summary>
internal static class ExternalTargets
{
    /// <summary>
    /// The ports that the Kubernetes Services of a WorkloadEntry's namespace lead to, where one has the proxy's first address; null where
    /// none has.
    /// </summary>
    public static List<InboundTarget>? OfWorkloadEntry(IReader reader, ProxyClass proxy)
    {
        if (proxy.Addresses.IsEmpty || reader.Get(WorkloadEntries.AtAddress, (proxy.Namespace, proxy.Addresses[0])) is not { } entry)
            return null;
        var result = new List<InboundTarget>();
        foreach (var service in reader.Get(ServiceDirectory.InNamespace, entry.Namespace))
        {
            if (service is not { IsKubernetes: true, Resolution: Resolution.ClientSide, Selector.IsEmpty: false } || !service.Selector.IsSubsetOf(entry.Labels))
                continue;
            foreach (var port in service.Ports)
            {
                if (port.Protocol != Protocol.Udp && WorkloadEndpoints.TargetOf(entry, port) is { } target)
                    result.Add(new InboundTarget(target, service, port));
            }
        }

        return result;
    }

    /// <summary>The ports that the ServiceEntries of the proxy's namespace lead to: those that select it, or list one of its addresses.</summary>
    public static IEnumerable<InboundTarget> OfServiceEntries(IReader reader, ProxyClass proxy)
    {
        foreach (var key in reader.Get(ServiceEntries.KeysInNamespace, proxy.Namespace))
        {
            if (reader.Get(ServiceEntries.Object, key).Spec is not { } spec)
                continue;
            var ports = PortsOf(reader, spec, proxy).ToList();
            foreach (var service in ports.Count == 0 ? [] : reader.Get(ServiceEntries.ServicesOf, key))
            {
                foreach (var port in service.Ports)
                {
                    foreach (var portOf in ports)
                        yield return new InboundTarget(portOf(port.Name) is > 0 and var own ? own : port.TargetPort > 0 ? port.TargetPort : port.Number, service, port);
                }
            }
        }
    }

    /// <summary>Labels of the workload that a ServiceEntry of the namespace knows at one of the addresses, null where there is none.</summary>
    public static LabelMap? LabelsAt(IReader reader, string @namespace, EquatableArray<string> addresses)
    {
        foreach (var key in reader.Get(ServiceEntries.KeysInNamespace, @namespace))
        {
            if (reader.Get(ServiceEntries.Object, key).Spec is { } spec && At(reader, spec, @namespace, addresses).FirstOrDefault() is { } workload)
                return workload.Labels;
        }

        return null;
    }

    /// <summary>For each workload of an object that is the proxy's: how to find its ports by name.</summary>
    private static IEnumerable<Func<string, int>> PortsOf(IReader reader, ServiceEntrySpec spec, ProxyClass proxy)
    {
        if (proxy.PodKnown && spec.Selector?.IsSubsetOf(proxy.Labels) == true)
            yield return name => proxy.PodPorts.FirstOrDefault(p => p.Name == name && p.Protocol == "TCP")?.Port ?? 0;
        foreach (var workload in At(reader, spec, proxy.Namespace, proxy.Addresses))
            yield return workload.PortOf;
    }

    private static IEnumerable<WorkloadSpec> At(IReader reader, ServiceEntrySpec spec, string @namespace, EquatableArray<string> addresses)
    {
        if (addresses.IsEmpty)
            return [];
        var candidates = spec.Selector is { } selector
            ? reader.Get(WorkloadEntries.InNamespace, @namespace).Where(w => selector.IsSubsetOf(w.Labels))
            : spec.Endpoints;
        return candidates.Where(w => addresses.Contains(w.Address));
    }
}
