using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Features.EnvoyFilter;
using Envoy.Config.Listener.V3;
using ApplyTo = Istio.Networking.V1Alpha3.EnvoyFilter.Types.ApplyTo;

namespace ControlPlane.Translation.Envoy.Patches;

/// <summary>Which listeners, and which of their filter chains, patches speak of.</summary>
internal static class ListenerMatching
{
    /// <summary>Whether a listener is meant. The port of the two listeners that take intercepted connections is looked for in their chains.</summary>
    public static bool Matches(EnvoyPatch patch, Listener listener)
    {
        if (patch.Listener is not { } match)
            return true;
        if (match.Name.Length > 0 && match.Name != listener.Name)
            return false;
        if (match.PortNumber == 0 || (patch.ApplyTo != ApplyTo.Listener && IsVirtual(listener)))
            return true;
        return listener.Address?.SocketAddress is { } address && address.PortValue == match.PortNumber;
    }

    /// <summary>Whether a chain of a matching listener is meant.</summary>
    public static bool Matches(EnvoyPatch patch, Listener listener, FilterChain chain)
    {
        if (patch.Listener is not { } match)
            return true;
        var criteria = chain.FilterChainMatch;
        if (match.PortNumber > 0 && IsVirtual(listener) && criteria?.DestinationPort != match.PortNumber)
            return false;
        if (match.FilterChain is not { } wanted)
            return true;
        return (wanted.Name.Length == 0 || wanted.Name == chain.Name)
            && (wanted.Sni.Length == 0 || criteria?.ServerNames.Contains(wanted.Sni) is true)
            && (wanted.TransportProtocol.Length == 0 || criteria?.TransportProtocol == wanted.TransportProtocol)
            && (wanted.ApplicationProtocols.Length == 0 || (criteria is not null && wanted.ApplicationProtocols.Split(',').All(criteria.ApplicationProtocols.Contains)))
            && (wanted.DestinationPort == 0 || criteria?.DestinationPort == wanted.DestinationPort);
    }

    private static bool IsVirtual(Listener listener) => listener.Name is ListenerNames.VirtualInbound or ListenerNames.VirtualOutbound;
}
