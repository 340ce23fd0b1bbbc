using ControlPlane.Model.Collections;
using ControlPlane.Model.Proxies;

namespace ControlPlane.Translation.Envoy.Endpoints;

/// <summary>
/// What of a proxy decides the endpoints that it gets. Each part is set only where something makes it matter, so that nearly all
/// proxies share <see cref="None"/> and with it every assignment.
/// </summary>
internal sealed record EndpointTraits
{
    /// <summary>Nothing of the proxy matters.</summary>
    public static EndpointTraits None { get; } = new();

    /// <summary>Its side of the networks, null while there is no gateway between networks.</summary>
    public NetworkSide? Network { get; init; }

    /// <summary>The networks that it asked to see, null for all.</summary>
    public EquatableArray<string>? View { get; init; }

    /// <summary>Its node, for services that keep to it; "" otherwise.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>Where it runs, for services with a preference for near endpoints; null otherwise.</summary>
    public ProxyLocality? Locality { get; init; }

    /// <summary>Its values of the labels that order endpoints, in the order of the rule.</summary>
    public EquatableArray<string> PriorityValues { get; init; }
}
