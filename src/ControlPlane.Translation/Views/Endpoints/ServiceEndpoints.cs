using ControlPlane.Model.Collections;
using ControlPlane.Model.Incremental;
using ControlPlane.Translation.Features.ServiceEntry;
using ControlPlane.Translation.Features.WorkloadEntry;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Views.Endpoints;

/// <summary>Brings together the endpoints of a service from all kinds that give any.</summary>
internal static class ServiceEndpoints
{
    /// <summary>
    /// The endpoints: of a Kubernetes Service those of its slices and the WorkloadEntries that it selects, then for every service those of
    /// the ServiceEntries of its namespace that have its host.
    /// </summary>
    public static EquatableArray<MeshEndpoint> Compute(IReader reader, MeshService service)
    {
        if (service.Resolution == Resolution.Alias)
            return [];
        var external = reader.Get(ServiceEntryEndpoints.OfHost, (service.Namespace, service.Host));
        if (!service.IsKubernetes)
            return external;
        var slices = SliceEndpoints.Compute(reader, service);
        var workloads = SelectsWorkloads(service)
            ? reader.Get(WorkloadEntries.InNamespace, service.Namespace)
                .Where(w => WorkloadEndpoints.ServesServices(w) && !w.Labels.IsEmpty && service.Selector.IsSubsetOf(w.Labels))
                .SelectMany(w => WorkloadEndpoints.OfService(reader, w, service))
                .ToList()
            : [];
        return workloads.Count == 0 && external.IsEmpty ? slices : slices.Concat(workloads).Concat(external).ToEquatableArray();
    }

    private static bool SelectsWorkloads(MeshService service) => service.Resolution == Resolution.ClientSide && !service.Selector.IsEmpty;
}
