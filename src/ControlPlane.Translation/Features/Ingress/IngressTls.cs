using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Features.Ingress;

/// <summary>A certificate of an Ingress.</summary>
/// <param name="Index">Its place in the list, which names it.</param>
/// <param name="Hosts">The hosts that it is for, * for any.</param>
/// <param name="Secret">Name of the Secret.</param>
public sealed record IngressTls(int Index, EquatableArray<string> Hosts, string Secret);
