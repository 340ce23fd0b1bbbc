namespace ControlPlane.Translation.Features.ReferenceGrant;

/// <summary>Objects that refer to others.</summary>
/// <param name="Group">API group.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Namespace">Namespace.</param>
public sealed record ReferenceSource(string Group, string Kind, string Namespace);
