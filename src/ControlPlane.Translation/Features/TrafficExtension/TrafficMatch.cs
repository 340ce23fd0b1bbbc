using ControlPlane.Model.Collections;
using Istio.Type.V1Beta1;

namespace ControlPlane.Translation.Features.TrafficExtension;

/// <summary>Traffic that an extension sees; of several alternatives one must fit.</summary>
/// <param name="Mode">The side of the workload.</param>
/// <param name="Ports">Ports; none for any.</param>
public sealed record TrafficMatch(WorkloadMode Mode, EquatableArray<int> Ports);
