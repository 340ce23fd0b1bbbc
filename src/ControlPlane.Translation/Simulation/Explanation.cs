using System.Collections.Immutable;

namespace ControlPlane.Translation.Simulation;

/// <summary>What a connection and the request in it meet, station after station. A station that is not reached is null.</summary>
public sealed record Explanation
{
    /// <summary>How it ends.</summary>
    public required ExplanationOutcome Outcome { get; init; }

    /// <summary>Why it ends so, in a sentence for people.</summary>
    public required string Reason { get; init; }

    /// <summary>Name of the listener.</summary>
    public string? Listener { get; init; }

    /// <summary>Name of the filter chain, "" for one without name.</summary>
    public string? FilterChain { get; init; }

    /// <summary>Place of the filter chain in its listener from 0; -1 for the default chain, null where no chain matches.</summary>
    public int? FilterChainIndex { get; init; }

    /// <summary>Whether the proxy ends the client's TLS.</summary>
    public bool TerminatesTls { get; init; }

    /// <summary>Name of the network filter that takes the connection.</summary>
    public string? TerminalFilter { get; init; }

    /// <summary>Name of the route configuration.</summary>
    public string? RouteConfiguration { get; init; }

    /// <summary>Name of the virtual host.</summary>
    public string? VirtualHost { get; init; }

    /// <summary>Place of the route in its virtual host, from 0.</summary>
    public int? RouteIndex { get; init; }

    /// <summary>Name of the route, "" for one without name.</summary>
    public string? Route { get; init; }

    /// <summary>The object that the route was made of, e.g. /apis/networking.istio.io/v1/namespaces/shop/virtual-service/web.</summary>
    public string? RouteOrigin { get; init; }

    /// <summary>Status of an answer that the proxy gives itself; 0 where it forwards or closes.</summary>
    public int Status { get; init; }

    /// <summary>Where a redirect leads.</summary>
    public string? Location { get; init; }

    /// <summary>:authority with which a request goes on, for one that is forwarded.</summary>
    public string? ForwardedAuthority { get; init; }

    /// <summary>Path and query with which a request goes on, for one that is forwarded.</summary>
    public string? ForwardedPath { get; init; }

    /// <summary>Where it may go: one destination, or one per weighted cluster.</summary>
    public ImmutableArray<SimulatedDestination> Destinations { get; init; } = [];

    /// <summary>What has a say besides and is not simulated, such as authorization or injected faults.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}
