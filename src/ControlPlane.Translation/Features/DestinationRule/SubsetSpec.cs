using ControlPlane.Model.Collections;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Features.DestinationRule;

/// <summary>A named part of a service's endpoints.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Labels of its endpoints; empty for all.</param>
/// <param name="Policy">What it says over the rule's own policy, null for nothing. Never written to.</param>
public sealed record SubsetSpec(string Name, LabelMap Labels, TrafficPolicy? Policy);
