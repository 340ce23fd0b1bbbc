using ControlPlane.Model.Collections;

namespace ControlPlane.Translation.Envoy.Names;

/// <summary>What is answered for one host.</summary>
/// <param name="Host">The host.</param>
/// <param name="Ips">Its addresses.</param>
/// <param name="IsKubernetes">Whether it comes from a Kubernetes Service.</param>
/// <param name="ShortName">Name of the Service (or <c>hostname.subdomain</c> of a Pod), from which the agent forms shorter names; "" for none.</param>
/// <param name="Namespace">Namespace that goes with the short name.</param>
internal sealed record NameEntry(string Host, EquatableArray<string> Ips, bool IsKubernetes, string ShortName, string Namespace);
