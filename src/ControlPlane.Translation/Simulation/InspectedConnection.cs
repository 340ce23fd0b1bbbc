using ControlPlane.Model.Collections;
using Envoy.Config.Listener.V3;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Simulation;

/// <summary>What the inspectors of a listener find out about a connection, by which its filter chain is chosen.</summary>
/// <param name="TransportProtocol">tls or raw_buffer.</param>
/// <param name="ServerName">SNI in lower case, "" for none or where nobody looks.</param>
/// <param name="ApplicationProtocols">ALPN of the client, or the version of HTTP that its bytes are.</param>
internal sealed record InspectedConnection(string TransportProtocol, string ServerName, EquatableArray<string> ApplicationProtocols)
{
    private const string Package = "envoy.extensions.filters.listener.";

    /// <summary>Looks at a connection as the filters of a listener do, those left out that are disabled for its port.</summary>
    public static InspectedConnection Of(Listener listener, SimulatedConnection connection)
    {
        var types = listener.ListenerFilters
            .Where(filter => filter.TypedConfig is not null && !(filter.FilterDisabled is { } disabled && Holds(disabled, connection.Destination.Port)))
            .Select(filter => Any.GetTypeName(filter.TypedConfig.TypeUrl))
            .ToHashSet(StringComparer.Ordinal);
        if (connection.Tls is { } tls)
        {
            return types.Contains(Package + "tls_inspector.v3.TlsInspector")
                ? new InspectedConnection("tls", tls.ServerName.ToLowerInvariant(), tls.ApplicationProtocols)
                : new InspectedConnection("raw_buffer", "", []);
        }

        var protocol = !types.Contains(Package + "http_inspector.v3.HttpInspector") ? null : connection.Content switch
        {
            ConnectionContent.Http1 => "http/1.1",
            ConnectionContent.Http2 => "h2c",
            _ => null,
        };
        return new InspectedConnection("raw_buffer", "", protocol is null ? [] : [protocol]);
    }

    private static bool Holds(ListenerFilterChainMatchPredicate predicate, int port) => predicate.RuleCase switch
    {
        ListenerFilterChainMatchPredicate.RuleOneofCase.OrMatch => predicate.OrMatch.Rules.Any(rule => Holds(rule, port)),
        ListenerFilterChainMatchPredicate.RuleOneofCase.AndMatch => predicate.AndMatch.Rules.All(rule => Holds(rule, port)),
        ListenerFilterChainMatchPredicate.RuleOneofCase.NotMatch => !Holds(predicate.NotMatch, port),
        ListenerFilterChainMatchPredicate.RuleOneofCase.AnyMatch => predicate.AnyMatch,
        ListenerFilterChainMatchPredicate.RuleOneofCase.DestinationPortRange => port >= predicate.DestinationPortRange.Start && port < predicate.DestinationPortRange.End,
        _ => false,
    };
}
