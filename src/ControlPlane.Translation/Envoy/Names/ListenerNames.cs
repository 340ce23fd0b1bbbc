namespace ControlPlane.Translation.Envoy.Names;

/// <summary>Names of listeners and filter chains, as Istio gives them.</summary>
public static class ListenerNames
{
    /// <summary>Takes redirected inbound connections.</summary>
    public const string VirtualInbound = "virtualInbound";

    /// <summary>Takes redirected outbound connections and hands them to the listener of their original destination.</summary>
    public const string VirtualOutbound = "virtualOutbound";

    /// <summary>Chain of HTTP to ports that no service claims.</summary>
    public const string InboundCatchAllHttp = "virtualInbound-catchall-http";

    /// <summary>Chain of connections to the inbound port itself.</summary>
    public const string InboundBlackHole = "virtualInbound-blackhole";

    /// <summary>Chain of connections to the outbound port itself.</summary>
    public const string OutboundBlackHole = "virtualOutbound-blackhole";

    /// <summary>Chain of what no listener claims.</summary>
    public const string OutboundCatchAll = "virtualOutbound-catchall-tcp";

    /// <summary>Chain of HTTP that no listener claims (outboundTrafficPolicy ALLOW_ANY_DYNAMIC_DNS).</summary>
    public const string OutboundCatchAllHttp = "virtualOutbound-catchall-tcp-http";

    /// <summary>Chain of what matches no other chain of an outbound listener.</summary>
    public const string PassthroughChain = "PassthroughFilterChain";

    /// <summary>The name of a listener that has an address of its own.</summary>
    public static string Of(string address, int port) => $"{address}_{port}";
}
