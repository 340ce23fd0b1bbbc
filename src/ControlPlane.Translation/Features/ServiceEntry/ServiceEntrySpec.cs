using ControlPlane.Model.Collections;
using ControlPlane.Translation.Features.WorkloadEntry;
using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Features.ServiceEntry;

/// <summary>A ServiceEntry as translation reads it.</summary>
public sealed record ServiceEntrySpec
{
    /// <summary>The services: one for each host and address, in this order. Who sees them is not yet decided.</summary>
    public required EquatableArray<MeshService> Services { get; init; }

    /// <summary>The endpoints that it lists.</summary>
    public EquatableArray<WorkloadSpec> Endpoints { get; init; }

    /// <summary>Labels of the workloads that it selects; null where it selects none.</summary>
    public LabelMap? Selector { get; init; }
}
