using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Envoy.Routes;
using ControlPlane.Translation.Views.Services;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>Makes the filter chains of inbound listeners.</summary>
internal static class InboundFilterChains
{
    /// <summary>The chain of a port for one way in which clients may speak.</summary>
    public static FilterChain Build(InboundChain port, InboundMatch match, InboundListenerSettings settings)
    {
        var chain = new FilterChain { Name = Name(port, match.Http), FilterChainMatch = new FilterChainMatch { TransportProtocol = match.Transport } };
        chain.FilterChainMatch.ApplicationProtocols.AddRange(match.Alpn);
        if (port.Port > 0)
            chain.FilterChainMatch.DestinationPort = (uint)port.Port;
        if (match.Http)
        {
            chain.Filters.Add(NetworkFilters.MetadataExchange.Filter.Clone());
            chain.Filters.AddRange(settings.Tcp.BeforeRequests(port.Port));
            chain.Filters.Add(NetworkFilters.ConnectionManager(ConnectionManager(port, settings)));
        }
        else
        {
            var own = port.Protocol == Protocol.Mongo
                ? [new NetworkFilterContribution(NetworkFilterSlot.ProtocolInspection, NetworkFilters.Mongo(port.StatPrefix).Freeze())]
                : Array.Empty<NetworkFilterContribution>();
            chain.Filters.AddRange(settings.Tcp.Chain(settings.Tcp.Proxy(port.Cluster, port.StatPrefix), port.ServicePort, own));
        }

        if (match.Terminate)
            chain.TransportSocket = InboundTls.Socket(settings.Tls, match.Http);
        if (port.Sidecar is { } sidecar)
            chain.Metadata = ConfigMetadata.Sidecar(sidecar);
        return chain;
    }

    private static string Name(InboundChain port, bool http)
    {
        if (port.Passthrough)
            return http ? ListenerNames.InboundCatchAllHttp : ListenerNames.VirtualInbound;
        return ListenerNames.Of(port.Bind, port.Port);
    }

    private static HttpConnectionManager ConnectionManager(InboundChain port, InboundListenerSettings settings)
    {
        var own = port.Protocol == Protocol.GrpcWeb ? [HttpFilters.GrpcWeb] : Array.Empty<HttpFilterContribution>();
        var manager = settings.Http.Build(port.Passthrough ? port.Cluster : "inbound_" + Name(port, true), port.Port, own);
        if (port.Protocol.IsHttp2())
            manager.Http2ProtocolOptions ??= new Http2ProtocolOptions();
        manager.RouteConfig = InboundRoutes.Build(port, settings.Retries?.Message);
        return manager;
    }
}
