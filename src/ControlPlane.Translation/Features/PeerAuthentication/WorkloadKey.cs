using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.PeerAuthentication;

/// <summary>What of a workload a policy's selection looks at.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Labels">Labels of its Pod or WorkloadEntry.</param>
public sealed record WorkloadKey(string Namespace, LabelMap Labels);
