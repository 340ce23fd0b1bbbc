namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Why a condition of a listener does not hold (of Conflicted: why it does).</summary>
/// <param name="Condition">One of <see cref="ConditionTypes"/>.</param>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Message">The same for people.</param>
internal sealed record ListenerFault(string Condition, string Reason, string Message);
