namespace ControlPlane.Injection.Decision;

/// <summary>Whether a pod is injected, and why.</summary>
/// <param name="Inject">Whether it is.</param>
/// <param name="Reason">Why, for programs.</param>
/// <param name="Explanation">Why, for people: one sentence without a full stop.</param>
public sealed record InjectionDecision(bool Inject, DecisionReason Reason, string Explanation);
