using System.Collections.Immutable;
using ControlPlane.Translation.Envoy;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf.WellKnownTypes;
using NetworkRbac = Envoy.Extensions.Filters.Network.Rbac.V3.RBAC;

namespace ControlPlane.Translation.Simulation;

/// <summary>
/// Says of a connection, and of a request in it, what an Envoy with given resources would do: the choice of listener, filter chain, virtual host, route,
/// clusters and endpoints by Envoy's rules, and what AuthorizationPolicies refuse. What other filters decide is named in notes and not decided.
/// </summary>
public static class Simulator
{
    private const string DownstreamTls = "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";

    /// <summary>Explains what happens.</summary>
    /// <param name="resources">What the proxy has.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="request">The request in it; null for a connection of bytes.</param>
    public static Explanation Explain(ProxyResources resources, SimulatedConnection connection, SimulatedRequest? request)
    {
        ArgumentNullException.ThrowIfNull(resources);
        ArgumentNullException.ThrowIfNull(connection);
        var known = new Explanation { Outcome = ExplanationOutcome.NotAccepted, Reason = "" };
        if (ListenerSelection.Find(resources, connection) is not { } listener)
            return known with { Reason = $"no listener takes connections to {connection.Destination}; the proxy listens on ports {PortsOf(resources)}" };
        known = known with { Listener = listener.Name };
        var inspected = InspectedConnection.Of(listener, connection);
        if (FilterChainSelection.Find(listener, connection, inspected) is not var (chain, index))
            return known with { Reason = $"no filter chain of the listener takes {Describe(connection, inspected)}" };
        known = known with { FilterChain = chain.Name, FilterChainIndex = index };
        var terminates = chain.TransportSocket?.TypedConfig is { } socket && Any.GetTypeName(socket.TypeUrl) == DownstreamTls;
        if (terminates && connection.Tls is null)
            return known with { Reason = "the filter chain expects TLS" };
        return Filter(resources, known with { TerminatesTls = terminates }, chain, connection, request);
    }

    private static Explanation Filter(
        ProxyResources resources, Explanation known, FilterChain chain, SimulatedConnection connection, SimulatedRequest? request)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        foreach (var filter in chain.Filters)
        {
            if (filter.TypedConfig is not { } config)
            {
                notes.Add(SimulationNotes.OfFilter(filter.Name));
                continue;
            }

            var here = known with { TerminalFilter = filter.Name, Notes = notes.ToImmutable() };
            if (ProtoJson.Is<HttpConnectionManager>(config))
                return Http(resources, here, ProtoJson.Unpack<HttpConnectionManager>(config), connection, request);
            if (ProtoJson.Is<TcpProxy>(config))
                return Bytes(resources, here, ProtoJson.Unpack<TcpProxy>(config), connection, request?.Draw);
            if (ProtoJson.Is<NetworkRbac>(config))
            {
                var (refusal, open) = new AuthorizationSimulation(connection, known.TerminatesTls, headers: null).Decide(ProtoJson.Unpack<NetworkRbac>(config).Rules);
                if (refusal is not null)
                    return here with { Outcome = ExplanationOutcome.Refused, Reason = refusal };
                if (open is not null)
                    notes.Add(open);
            }

            if (SimulationNotes.Decides(Any.GetTypeName(config.TypeUrl)))
                notes.Add(SimulationNotes.OfFilter(filter.Name));
        }

        return known with { Reason = "the filter chain has no filter that forwards" };
    }

    private static Explanation Http(
        ProxyResources resources, Explanation known, HttpConnectionManager manager, SimulatedConnection connection, SimulatedRequest? request)
    {
        if (connection.Content == ConnectionContent.Bytes || (connection.Tls is not null && !known.TerminatesTls))
            return known with { Reason = "the filter chain expects HTTP" };
        return request is null
            ? known with { Outcome = ExplanationOutcome.NotRouted, Reason = "the filter chain routes requests of HTTP, and none is given" }
            : RequestSimulation.Explain(resources, known, manager, connection, request);
    }

    private static Explanation Bytes(ProxyResources resources, Explanation known, TcpProxy proxy, SimulatedConnection connection, double? draw)
    {
        IReadOnlyList<(string Cluster, double Share)> choices = proxy.ClusterSpecifierCase switch
        {
            TcpProxy.ClusterSpecifierOneofCase.Cluster => [(proxy.Cluster, 1)],
            TcpProxy.ClusterSpecifierOneofCase.WeightedClusters =>
                [.. WeightedChoice.Of(proxy.WeightedClusters.Clusters, cluster => cluster.Weight, draw).Select(choice => (choice.Item.Name, choice.Share))],
            _ => [],
        };
        var destinations = choices.Select(choice => ClusterDestinations.Of(resources, choice.Cluster, choice.Share, connection, null, "")).ToImmutableArray();
        known = known with { Outcome = ExplanationOutcome.NotRouted, Destinations = destinations };
        if (destinations.IsEmpty)
            return known with { Reason = "the filter names no cluster that could be chosen" };
        if (destinations.All(destination => destination.Discovery is null))
            return known with { Reason = $"the proxy has no cluster {destinations[0].Cluster}" };
        return destinations.All(destination => destination.Endpoints.IsEmpty)
            ? known with { Reason = $"the cluster {destinations[0].Cluster} has no endpoint that can be chosen" }
            : known with { Outcome = ExplanationOutcome.Forwarded, Reason = "the connection is passed on" };
    }

    private static string PortsOf(ProxyResources resources) => string.Join(
        ", ", resources.Listeners.Where(ListenerSelection.Binds).Select(listener => listener.Address?.SocketAddress?.PortValue ?? 0).Distinct().Order());

    private static string Describe(SimulatedConnection connection, InspectedConnection inspected) =>
        connection.Tls is null
            ? $"a connection without TLS to {connection.Destination}"
            : $"TLS to {connection.Destination} with server name '{inspected.ServerName}' and protocols '{string.Join(',', inspected.ApplicationProtocols)}'";
}
