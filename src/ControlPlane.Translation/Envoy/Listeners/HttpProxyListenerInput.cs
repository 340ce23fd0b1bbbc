using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Translation.Envoy.FilterChains;
using ControlPlane.Translation.Envoy.Names;
using ControlPlane.Translation.Resources;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy.Listeners;

/// <summary>The listener that applications use as forward proxy (proxyHttpPort).</summary>
public sealed record HttpProxyListenerInput : ListenerInput
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Loopback addresses.</summary>
    public required EquatableArray<string> Addresses { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>Common part of connection managers.</summary>
    public required HttpConnectionTemplate Http { get; init; }

    /// <summary>Common part of chains, for the filters before a connection manager.</summary>
    public required TcpTemplate Tcp { get; init; }

    /// <summary>Whether connections are spread over the proxy's threads evenly.</summary>
    public bool ExactBalance { get; init; }

    /// <inheritdoc/>
    public override EnvoyResource Build()
    {
        var name = ListenerNames.Of(Addresses[0], Port);
        // As with istiod, services outside the mesh are told of the workload here, whatever metadataExchangeHeaders says.
        var filters = Http.Filters.Select(static f => f.Slot == HttpFilterSlot.MetadataExchange ? HttpFilters.OutboundMetadataExchange : f);
        var manager = (Http with { Filters = filters.ToEquatableArray() }).Build("outbound_" + name, Port);
        manager.HttpProtocolOptions ??= new Http1ProtocolOptions();
        manager.HttpProtocolOptions.AllowAbsoluteUrl = true;
        manager.Rds = new Rds
        {
            RouteConfigName = RouteNames.HttpProxy,
            ConfigSource = new ConfigSource { Ads = new AggregatedConfigSource(), InitialFetchTimeout = new Duration(), ResourceApiVersion = ApiVersion.V3 },
        };
        var chain = new FilterChain { TransportSocketConnectTimeout = Duration.FromTimeSpan(HandshakeTimeout) };
        chain.Filters.AddRange(Tcp.BeforeRequests(Port));
        chain.Filters.Add(NetworkFilters.ConnectionManager(manager));
        var listener = new Listener
        {
            Name = name,
            TrafficDirection = TrafficDirection.Outbound,
            ContinueOnListenerFiltersTimeout = true,
            ListenerFiltersTimeout = new Duration(),
            MaxConnectionsToAcceptPerSocketEvent = 1,
            FilterChains = { chain },
        };
        ListenerAddresses.Set(listener, Addresses, Port);
        if (ExactBalance)
            listener.ConnectionBalanceConfig = ListenerAddresses.ExactBalance();
        return new EnvoyResource(XdsType.Listener, name, listener) { References = [RouteNames.HttpProxy] };
    }
}
