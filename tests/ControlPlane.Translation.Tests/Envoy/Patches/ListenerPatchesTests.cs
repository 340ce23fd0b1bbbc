using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Patches;
using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Listener.OriginalDst.V3;
using Envoy.Extensions.Filters.Listener.TlsInspector.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using PatchContext = Istio.Networking.V1Alpha3.EnvoyFilter.Types.PatchContext;

namespace ControlPlane.Translation.Tests.Envoy.Patches;

public sealed class ListenerPatchesTests
{
    private const string InManager = """ "match":{"listener":{"filterChain":{"filter":{"name":"envoy.filters.network.http_connection_manager" """;

    [Theory]
    [InlineData("ADD", "a b new")]
    [InlineData("INSERT_FIRST", "new a b")]
    [InlineData("INSERT_BEFORE", "a new b")]
    [InlineData("INSERT_AFTER", "a b new")]
    [InlineData("REPLACE", "a new")]
    [InlineData("REMOVE", "a")]
    public void HttpFilter_Operation_PutsItInPlace(string operation, string expected)
    {
        var value = operation == "REMOVE" ? "" : ""","value":{"name":"new"}""";
        var listener = Patch($$"""{"applyTo":"HTTP_FILTER",{{InManager}},"subFilter":{"name":"b"} } } } },"patch":{"operation":"{{operation}}"{{value}} } }""")!;
        Assert.Equal(expected, HttpFilters(listener.FilterChains[0]));
    }

    [Fact]
    public void HttpFilter_ThatNobodyHas_NothingHappens()
    {
        var patches = Patched.Patches($$"""{"applyTo":"HTTP_FILTER",{{InManager}},"subFilter":{"name":"c"} } } } },"patch":{"operation":"INSERT_BEFORE","value":{"name":"new"} } }""");
        var patcher = new ListenerPatches(patches, PatchContext.SidecarOutbound);
        Assert.Equal(Sample(), patcher.Apply(Sample()));
        Assert.False(patcher.Touched);
    }

    [Fact]
    public void HttpFilter_Merge_ReachesWhatWasInserted_AndRenames()
    {
        var router = """{"@type":"type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" """;
        var listener = Patch($$"""
            {"applyTo":"HTTP_FILTER",{{InManager}},"subFilter":{"name":"new"} } } } },"patch":{"operation":"MERGE","value":{"name":"renamed","typed_config":{{router}},"start_child_span":true} } } },
            {"applyTo":"HTTP_FILTER",{{InManager}} } } } },"patch":{"operation":"INSERT_FIRST","value":{"name":"new","typed_config":{{router}},"suppress_envoy_headers":true} } } }
            """)!;
        var filter = Manager(listener.FilterChains[0]).HttpFilters[0];
        Assert.Equal("renamed", filter.Name);
        Assert.Equal(new Router { StartChildSpan = true, SuppressEnvoyHeaders = true }, ProtoJson.Unpack<Router>(filter.TypedConfig));
    }

    [Fact]
    public void Filter_MergeOfAnotherType_IsLeftOut_TheNextActs()
    {
        var listener = Patch("""
            {"applyTo":"NETWORK_FILTER","patch":{"operation":"MERGE","value":{"typed_config":{"@type":"type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy","stat_prefix":"s"}}}},
            {"applyTo":"LISTENER_FILTER","match":{"listener":{"listenerFilter":"tls"}},"patch":{"operation":"MERGE","value":{"typed_config":{"@type":"type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector","initial_read_buffer_size":512}}}},
            {"applyTo":"FILTER_CHAIN","patch":{"operation":"ADD","value":{"name":"added"}}}
            """)!;
        Assert.Equal("", Manager(listener.FilterChains[0]).StatPrefix);
        Assert.Equal("s", ProtoJson.Unpack<TcpProxy>(listener.DefaultFilterChain.Filters[0].TypedConfig).StatPrefix);
        Assert.Equal(new OriginalDst(), ProtoJson.Unpack<OriginalDst>(listener.ListenerFilters[0].TypedConfig));
        Assert.Equal(512u, ProtoJson.Unpack<TlsInspector>(listener.ListenerFilters[1].TypedConfig).InitialReadBufferSize);
        Assert.Equal("added", listener.FilterChains[^1].Name);
    }

    [Theory]
    [InlineData("""{"name":"web"}""", 1)]
    [InlineData("""{"sni":"b.test"}""", 1)]
    [InlineData("""{"sni":"c.test"}""", 2)]
    [InlineData("""{"transportProtocol":"tls"}""", 1)]
    [InlineData("""{"applicationProtocols":"h2,http/1.1"}""", 1)]
    [InlineData("""{"applicationProtocols":"h2,h3"}""", 2)]
    [InlineData("""{"destinationPort":8080}""", 1)]
    [InlineData("""{"destinationPort":81,"name":"web"}""", 2)]
    [InlineData("{}", 0)]
    public void FilterChain_IsMatched_AndRemoved(string match, int left)
    {
        var listener = Patch($$"""{"applyTo":"FILTER_CHAIN","match":{"listener":{"filterChain":{{match}} } },"patch":{"operation":"REMOVE"} }""")!;
        Assert.Equal(left, listener.FilterChains.Count + (listener.DefaultFilterChain is null ? 0 : 1));
    }

    [Theory]
    [InlineData("outbound", """ "portNumber":9000 """, true)]
    [InlineData("outbound", """ "portNumber":8080 """, false)]
    [InlineData("virtualInbound", """ "portNumber":8080 """, true)]
    [InlineData("virtualInbound", """ "portNumber":9000 """, false)]
    [InlineData("outbound", """ "name":"outbound" """, true)]
    [InlineData("outbound", """ "name":"other" """, false)]
    public void Port_OfTheListenersForInterception_IsThatOfAChain(string name, string match, bool matches)
    {
        var listener = Sample();
        listener.Name = name;
        var patches = Patched.Patches($$"""{"applyTo":"NETWORK_FILTER","match":{"listener":{ {{match}} } },"patch":{"operation":"INSERT_FIRST","value":{"name":"new"} } }""");
        var patched = new ListenerPatches(patches, PatchContext.SidecarInbound).Apply(listener)!;
        Assert.Equal(matches, patched.FilterChains[0].Filters[0].Name == "new");
    }

    [Fact]
    public void TransportSocket_OfThatName_IsMergedAlone_OfAnotherReplaced()
    {
        const string Tls = """{"@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext","require_client_certificate":true}""";
        var same = Patch($$"""{"applyTo":"FILTER_CHAIN","patch":{"operation":"MERGE","value":{"name":"x","transport_socket":{"name":"tls","typed_config":{{Tls}} } } } }""")!.FilterChains[0];
        Assert.Equal("web", same.Name);
        var context = ProtoJson.Unpack<DownstreamTlsContext>(same.TransportSocket.TypedConfig);
        Assert.True(context is { RequireClientCertificate: true, RequireSni: true });

        var other = Patch($$"""{"applyTo":"FILTER_CHAIN","patch":{"operation":"MERGE","value":{"name":"x","transport_socket":{"name":"other","typed_config":{{Tls}} } } } }""")!.FilterChains[0];
        Assert.Equal(("x", "other"), (other.Name, other.TransportSocket.Name));
        Assert.Null(ProtoJson.Unpack<DownstreamTlsContext>(other.TransportSocket.TypedConfig).RequireSni);
    }

    [Fact]
    public void InboundRoutes_ArePatched_InsideTheListener()
    {
        const string Patch = """{"applyTo":"VIRTUAL_HOST","match":{"routeConfiguration":{"portNumber":8080}},"patch":{"operation":"MERGE","value":{"include_request_attempt_count":true}}}""";
        var inbound = new ListenerPatches(Patched.Patches(Patch), PatchContext.SidecarInbound);
        Assert.True(Manager(inbound.Apply(Sample())!.FilterChains[0]).RouteConfig.VirtualHosts[0].IncludeRequestAttemptCount);
        Assert.True(inbound.Touched);
        var outbound = new ListenerPatches(Patched.Patches(Patch), PatchContext.SidecarOutbound);
        Assert.False(Manager(outbound.Apply(Sample())!.FilterChains[0]).RouteConfig.VirtualHosts[0].IncludeRequestAttemptCount);
    }

    [Fact]
    public void Listener_Removed_IsGone_AndWhatComesAfterDoesNotMatter() =>
        Assert.Null(Patch("""{"applyTo":"LISTENER","patch":{"operation":"REMOVE"}},{"applyTo":"LISTENER","patch":{"operation":"MERGE","value":{"name":"x"}}}"""));

    private static Listener? Patch(string patches) => new ListenerPatches(Patched.Patches(patches), PatchContext.SidecarOutbound).Apply(Sample());

    private static Listener Sample()
    {
        var manager = new HttpConnectionManager
        {
            HttpFilters = { new HttpFilter { Name = "a" }, new HttpFilter { Name = "b" } },
            RouteConfig = new RouteConfiguration { Name = "inbound|8080||", VirtualHosts = { new VirtualHost { Name = "inbound|http|80" } } },
        };
        return new Listener
        {
            Name = "outbound",
            Address = new Address { SocketAddress = new SocketAddress { Address = "0.0.0.0", PortValue = 9000 } },
            ListenerFilters =
            {
                new ListenerFilter { Name = "dst", TypedConfig = ProtoJson.Pack(new OriginalDst()) },
                new ListenerFilter { Name = "tls", TypedConfig = ProtoJson.Pack(new TlsInspector()) },
            },
            FilterChains =
            {
                new FilterChain
                {
                    Name = "web",
                    FilterChainMatch = new FilterChainMatch { DestinationPort = 8080, TransportProtocol = "tls", ServerNames = { "a.test", "b.test" }, ApplicationProtocols = { "http/1.1", "h2" } },
                    Filters = { new Filter { Name = "envoy.filters.network.http_connection_manager", TypedConfig = ProtoJson.Pack(manager) } },
                    TransportSocket = new TransportSocket { Name = "tls", TypedConfig = ProtoJson.Pack(new DownstreamTlsContext { RequireSni = true }) },
                },
            },
            DefaultFilterChain = new FilterChain { Filters = { new Filter { Name = "tcp", TypedConfig = ProtoJson.Pack(new TcpProxy { StatPrefix = "t" }) } } },
        };
    }

    private static HttpConnectionManager Manager(FilterChain chain) => ProtoJson.Unpack<HttpConnectionManager>(chain.Filters[0].TypedConfig);

    private static string HttpFilters(FilterChain chain) => string.Join(' ', Manager(chain).HttpFilters.Select(f => f.Name));
}
