namespace ControlPlane.Translation.Features.KubernetesGateway;

/// <summary>Why a parent does not take a route, or a target no policy.</summary>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Message">The same for people.</param>
internal sealed record Refusal(string Reason, string Message);
