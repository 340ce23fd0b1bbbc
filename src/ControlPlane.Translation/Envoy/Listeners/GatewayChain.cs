using ControlPlane.Model.Collections;
using ControlPlane.Translation.Envoy.FilterChains;
using Envoy.Extensions.TransportSockets.Tls.V3;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>A filter chain of a gateway's listener as planned, before what the class adds.</summary>
public abstract record GatewayChain
{
    /// <summary>Names in the TLS handshake, one of which must fit; empty, or one of them "*", for any connection.</summary>
    public EquatableArray<string> ServerNames { get; init; }

    /// <summary>Protocols in the TLS handshake, one of which must fit; empty for any.</summary>
    public EquatableArray<string> Protocols { get; init; }

    /// <summary>TLS that the chain ends, null where it passes on what comes.</summary>
    public Frozen<DownstreamTlsContext>? Tls { get; init; }

    /// <summary>Whether the TLS handshake must be looked into.</summary>
    public bool NeedsTlsInspector => !ServerNames.IsEmpty || Tls is not null;

    /// <summary>Requests are routed.</summary>
    /// <param name="RouteName">Name of the route configuration.</param>
    /// <param name="StatName">Name for statistics, "" for that of the listener.</param>
    /// <param name="GrpcWeb">Whether gRPC-Web is turned into gRPC.</param>
    public sealed record Http(string RouteName, string StatName, bool GrpcWeb) : GatewayChain;

    /// <summary>Connections are passed on.</summary>
    /// <param name="Destination">Where they go.</param>
    /// <param name="OwnFilters">Filters that the server asks for.</param>
    public sealed record Tcp(TcpDestination Destination, EquatableArray<NetworkFilterContribution> OwnFilters) : GatewayChain
    {
        /// <summary>Port of the server as written.</summary>
        public int ServerPort { get; init; }

        /// <summary>Whether policies and extensions of the gateway don't apply: TLS is handed through to a workload that has its own.</summary>
        public bool SkipsAuthorization { get; init; }
    }
}
