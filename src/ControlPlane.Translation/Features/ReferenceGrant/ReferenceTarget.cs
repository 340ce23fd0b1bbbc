namespace ControlPlane.Translation.Features.ReferenceGrant;

/// <summary>Objects that are referred to.</summary>
/// <param name="Group">API group, "" for the core.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Name">Name, null for all of the kind.</param>
public sealed record ReferenceTarget(string Group, string Kind, string? Name);
