using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.Ingress;

/// <summary>A rule of an Ingress.</summary>
/// <param name="Host">The host, * for any.</param>
/// <param name="Paths">Its paths, in order.</param>
public sealed record IngressRule(string Host, EquatableArray<IngressPath> Paths);
