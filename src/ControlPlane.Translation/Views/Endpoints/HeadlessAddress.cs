namespace ControlPlane.Translation.Views.Endpoints;

/// <summary>An address that DNS gives for a service without addresses.</summary>
/// <param name="Address">The IP address.</param>
/// <param name="Network">Network of the endpoint, "" where unknown.</param>
/// <param name="PodName">Name of the Pod below the Service's domain, <c>hostname.subdomain</c>; "" for Pods that have none.</param>
public sealed record HeadlessAddress(string Address, string Network, string PodName);
