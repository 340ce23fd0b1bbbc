using ControlPlane.Model.Collections;
using ControlPlane.Translation.Views.Outbound;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>What decides which outbound listeners a sidecar has. It holds nothing of the workload itself, so that workloads share the plan.</summary>
/// <param name="Scope">What it sees.</param>
/// <param name="DomainSuffix">Suffix of Kubernetes hosts that it can leave out.</param>
/// <param name="Family">Its IP versions.</param>
/// <param name="Interception">How connections reach it.</param>
/// <param name="OwnAddress">Its first address where a headless service has it for an endpoint, else "".</param>
/// <param name="Labels">Those of its labels that rules look at.</param>
public sealed record OutboundPlanKey(
    OutboundScope Scope, string DomainSuffix, AddressFamily Family, Interception Interception, string OwnAddress, LabelMap Labels);
