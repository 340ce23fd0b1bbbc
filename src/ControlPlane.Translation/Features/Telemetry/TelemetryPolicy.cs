using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.Selection;

namespace ControlPlane.Translation.Features.Telemetry;

/// <summary>One Telemetry object.</summary>
/// <param name="Key">Namespace and name.</param>
/// <param name="CreationTime">Age: where several apply the older come first, and of several for a whole namespace only the oldest counts.</param>
/// <param name="Targets">The workloads.</param>
/// <param name="Settings">Its settings; selector and target references are in <paramref name="Targets"/>.</param>
public sealed record TelemetryPolicy(
    ObjectKey Key, DateTime CreationTime, PolicyTargets Targets, Frozen<Istio.Telemetry.V1Alpha1.Telemetry> Settings);
