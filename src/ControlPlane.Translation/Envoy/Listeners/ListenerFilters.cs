using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Listener.HttpInspector.V3;
using Envoy.Extensions.Filters.Listener.OriginalDst.V3;
using Envoy.Extensions.Filters.Listener.OriginalSrc.V3;
using Envoy.Extensions.Filters.Listener.ProxyProtocol.V3;
using Envoy.Extensions.Filters.Listener.TlsInspector.V3;
using Envoy.Type.V3;
using Google.Protobuf;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>Listener filters.</summary>
internal static class ListenerFilters
{
    // Packets of the proxy carry this mark, so that interception leaves them alone (TPROXY).
    private const uint ProxyMark = 1337;

    // Enough for most handshakes, a small part of Envoy's default.
    private const uint HandshakeBuffer = 512;

    /// <summary>Where the connection really went.</summary>
    public static ListenerFilter OriginalDestination() => Of("envoy.filters.listener.original_dst", new OriginalDst());

    /// <summary>Keeps the client's address towards the application.</summary>
    public static ListenerFilter OriginalSource() => Of("envoy.filters.listener.original_src", new OriginalSrc { Mark = ProxyMark });

    /// <summary>Whether the connection is TLS, for whom, and with which application protocol.</summary>
    public static ListenerFilter TlsInspector() => Of("envoy.filters.listener.tls_inspector", new TlsInspector { InitialReadBufferSize = HandshakeBuffer });

    /// <summary>Whether the connection is plain HTTP.</summary>
    public static ListenerFilter HttpInspector() => Of("envoy.filters.listener.http_inspector", new HttpInspector());

    /// <summary>Who the client is, as a proxy before tells by PROXY protocol.</summary>
    public static ListenerFilter ProxyProtocol() => Of("envoy.filters.listener.proxy_protocol", new ProxyProtocol());

    /// <summary>A condition that holds for connections to any of some ports (ascending, at least one).</summary>
    public static ListenerFilterChainMatchPredicate OfPorts(IReadOnlyList<int> ports)
    {
        var rules = ports.Select(p => new ListenerFilterChainMatchPredicate { DestinationPortRange = new Int32Range { Start = p, End = p + 1 } }).ToList();
        if (rules.Count == 1)
            return rules[0];
        var set = new ListenerFilterChainMatchPredicate.Types.MatchSet();
        set.Rules.AddRange(rules);
        return new ListenerFilterChainMatchPredicate { OrMatch = set };
    }

    private static ListenerFilter Of(string name, IMessage config) => new() { Name = name, TypedConfig = ProtoJson.Pack(config) };
}
