using ControlPlane.Model.Collections;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Envoy.FilterChains;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>A filter chain of an outbound listener as planned: where connections go, before what a class adds.</summary>
/// <param name="Match">Which connections it takes.</param>
public abstract record PlannedChain(ChainMatch Match)
{
    /// <summary>Requests are routed.</summary>
    /// <param name="Match">Which connections it takes.</param>
    /// <param name="RouteName">Name of the route configuration.</param>
    /// <param name="OwnFilters">Filters that the service of this listener asks for.</param>
    public sealed record Http(ChainMatch Match, string RouteName, EquatableArray<HttpFilterContribution> OwnFilters) : PlannedChain(Match);

    /// <summary>Connections are passed on as they are.</summary>
    /// <param name="Match">Which connections it takes.</param>
    /// <param name="Destination">Where they go.</param>
    /// <param name="OwnFilters">Filters that the destination asks for.</param>
    /// <param name="Rule">The VirtualService that decided, for the chain's metadata; null where none did.</param>
    public sealed record Tcp(ChainMatch Match, TcpDestination Destination, EquatableArray<NetworkFilterContribution> OwnFilters, ObjectKey? Rule) : PlannedChain(Match);
}
