using ControlPlane.Translation.Views.Outbound;

namespace ControlPlane.Translation.Envoy.Names;

/// <summary>Names a name table by what of a proxy decides it.</summary>
/// <param name="Scope">What it sees.</param>
/// <param name="Ipv4">Whether it has an IPv4 address.</param>
/// <param name="Ipv6">Whether it has an IPv6 address.</param>
/// <param name="Network">Its network: endpoints of headless Services on another one are not reached by address.</param>
/// <param name="TakesAutoAllocated">Whether it uses addresses that were allocated for ServiceEntries: it answers DNS itself.</param>
internal sealed record NameTableItem(OutboundScope Scope, bool Ipv4, bool Ipv6, string Network, bool TakesAutoAllocated);
