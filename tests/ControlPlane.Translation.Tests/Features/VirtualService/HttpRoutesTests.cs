using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Features.VirtualService;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Type.V3;
using Istio.Networking.V1Alpha3;
using static ControlPlane.Testing.Meshes.Objects;
using static ControlPlane.Translation.Tests.Support.Rules;

namespace ControlPlane.Translation.Tests.Features.VirtualService;

public sealed class HttpRoutesTests
{
    private const string To = """ "route":[{"destination":{"host":"a"}}]""";

    private static readonly RouteContext Mesh = new(8080, ["mesh"], "shop", Map("app=x"), false);

    [Fact]
    public void Translate_SeveralMatches_AreRoutesInOrderNamedAfterBoth()
    {
        var routes = All("""{"name":"r","match":[{"name":"m","uri":{"exact":"/a"}},{"uri":{"prefix":"/b"},"statPrefix":"s"}],TO},{TO}""");
        Assert.Equal(["r.m", "r", ""], routes.Select(r => r.Name));
        Assert.Equal(["/a", "", ""], routes.Select(r => r.Match.Path));
        Assert.Equal("s", routes[1].StatPrefix);
        Assert.Equal("/apis/networking.istio.io/v1/namespaces/shop/virtual-service/v", routes[0].Metadata.FilterMetadata["istio"].Fields["config"].StringValue);
    }

    [Theory]
    [InlineData("""{TO},{TO}""", 1)]
    [InlineData("""{"match":[{"uri":{"prefix":"/"}},{"uri":{"prefix":"/b"}}],TO},{TO}""", 1)]
    [InlineData("""{"match":[{"uri":{"regex":".*"}}],TO},{TO}""", 1)]
    [InlineData("""{"match":[{"uri":{"prefix":"/"},"headers":{"x":{}}}],TO},{TO}""", 2)]
    [InlineData("""{"match":[{"uri":{"prefix":"/"},"queryParams":{"x":{"exact":"1"}}}],TO},{TO}""", 2)]
    public void Translate_CatchAll_EndsTheList(string routes, int count) => Assert.Equal(count, All(routes).Count);

    [Theory]
    [InlineData("""{"port":8080}""", true)]
    [InlineData("""{"port":80}""", false)]
    [InlineData("""{"sourceLabels":{"app":"x"}}""", true)]
    [InlineData("""{"sourceLabels":{"app":"y"}}""", false)]
    [InlineData("""{"sourceNamespace":"shop"}""", true)]
    [InlineData("""{"sourceNamespace":"other"}""", false)]
    [InlineData("""{"gateways":["mesh"],"sourceLabels":{"app":"y"},"sourceNamespace":"other"}""", true)]
    [InlineData("""{"gateways":["other/gw"],"sourceLabels":{"app":"x"}}""", false)]
    public void Translate_StaticConditions_DecideWhetherTheRouteExists(string match, bool exists) =>
        Assert.Equal(exists ? 1 : 0, All($$"""{"match":[{{match}}],TO}""").Count);

    [Fact]
    public void Match_Headers_AreSortedAndFollowedByTheRequestLine()
    {
        var match = One("""
            {"match":[{"method":{"exact":"GET"},"scheme":{"exact":"http"},"authority":{"prefix":"a"},
                       "headers":{"z":{"exact":"1"},"B":{}},"withoutHeaders":{"c":{"prefix":"2"},"d":{"regex":"*"}}}],TO}
            """).Match;
        Assert.Equal(["B", "c", "d", "z", ":method", ":authority", ":scheme"], match.Headers.Select(h => h.Name));
        Assert.True(match.Headers[0].PresentMatch);
        Assert.Equal((true, true), (match.Headers[1].InvertMatch, match.Headers[1].TreatMissingHeaderAsEmpty));
        Assert.Equal((true, true, false), (match.Headers[2].InvertMatch, match.Headers[2].PresentMatch, match.Headers[2].TreatMissingHeaderAsEmpty));
    }

    [Theory]
    [InlineData("""{TO}""", null)]
    [InlineData("""{"match":[{"uri":{"prefix":"/a"}}],TO}""", true)]
    [InlineData("""{"match":[{"uri":{"prefix":"/a"},"ignoreUriCase":true}],TO}""", false)]
    public void Match_CaseSensitive_IsSetOnlyWithAMatch(string route, bool? expected) => Assert.Equal(expected, One(route).Match.CaseSensitive);

    [Fact]
    public void Match_Claim_IsMetadataOfTheTokenFilter()
    {
        var match = Assert.Single(Routes("""{"match":[{"headers":{"@request.auth.claims[a][b]":{"exact":"c"}}}],TO}""", Mesh with { Gateways = ["shop/gw"] }, """ "gateways":["gw"],""")).Match;
        var claim = Assert.Single(match.DynamicMetadata);
        Assert.Equal(["payload", "a", "b"], claim.Path.Select(p => p.Key));
        Assert.Equal("c", claim.Value.OrMatch.ValueMatchers[1].StringMatch.Exact);
    }

    [Theory]
    [InlineData("""{"match":[{"uri":{"prefix":"/a"}}],TO}""", "a.shop.svc.cluster.local:8080/a*")]
    [InlineData("""{"match":[{"uri":{"exact":"/a"}}],"redirect":{"uri":"/b"}}""", "v:8080/a")]
    [InlineData("""{"route":[{"destination":{"host":"a"},"weight":1},{"destination":{"host":"b"},"weight":1}]}""", "v:8080/*")]
    public void Decorator_SingleDestinationOrName_AndThePath(string route, string expected) => Assert.Equal(expected, One(route).Decorator.Operation);

    [Theory]
    [InlineData("{TO}", 0)]
    [InlineData("""{"timeout":"3s",TO}""", 3)]
    public void Timeout_HoldsForGrpcToo(string route, int seconds)
    {
        var action = One(route).Route_;
        Assert.Equal((seconds, seconds), (action.Timeout.Seconds, action.MaxGrpcTimeout.Seconds));
        var own = Assert.Single(Routes(route, Mesh with { ForGrpc = true })).Route_;
        Assert.Null(own.MaxGrpcTimeout);
        Assert.Equal(seconds, own.MaxStreamDuration.MaxStreamDuration_.Seconds);
    }

    [Fact]
    public void Destination_Weighted_LeavesOutZerosEvenIfOneRemains()
    {
        var action = One("""{"route":[{"destination":{"host":"a"},"weight":3},{"destination":{"host":"b"},"weight":0}]}""").Route_;
        Assert.Equal("outbound|8080||a.shop.svc.cluster.local", Assert.Single(action.WeightedClusters.Clusters).Name);
    }

    [Fact]
    public void Destination_Single_IgnoresItsWeight() => Assert.NotEmpty(One("""{"route":[{"destination":{"host":"a"},"weight":0}]}""").Route_.Cluster);

    [Fact]
    public void Headers_SetThenAdded_EachSortedWithoutTheHost()
    {
        var route = One("""{"headers":{"request":{"add":{"d":"4","host":"h"},"set":{"c":"3","B":"2"},"remove":["x"]},"response":{"remove":["y"]}},TO}""");
        Assert.Equal(["B", "c", "d"], route.RequestHeadersToAdd.Select(h => h.Header.Key));
        Assert.Equal(HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExistsOrAdd, route.RequestHeadersToAdd[0].AppendAction);
        Assert.Equal(HeaderValueOption.Types.HeaderAppendAction.AppendIfExistsOrAdd, route.RequestHeadersToAdd[2].AppendAction);
        Assert.Equal(["x"], route.RequestHeadersToRemove);
        Assert.Equal(["y"], route.ResponseHeadersToRemove);
        Assert.Equal("h", route.Route_.HostRewriteLiteral);
    }

    [Theory]
    [InlineData("""{"rewrite":{"authority":"w"},"headers":{"response":{"set":{"a":"b"}}},"route":[{"destination":{"host":"a"},"headers":{"request":{"set":{"host":"d"}}}}]}""", "w")]
    [InlineData("""{"headers":{"request":{"set":{"host":"r"}}},"route":[{"destination":{"host":"a"},"headers":{"request":{"set":{"host":"d"}}}}]}""", "r")]
    [InlineData("""{"route":[{"destination":{"host":"a"},"headers":{"request":{"set":{":authority":"d"}}}}]}""", "d")]
    public void Authority_RewriteThenRouteThenDestination(string route, string expected) => Assert.Equal(expected, One(route).Route_.HostRewriteLiteral);

    [Fact]
    public void Headers_OfASingleDestination_FollowTheRoutes_OfWeightedOnesSitOnTheCluster()
    {
        var single = One("""{"headers":{"request":{"set":{"z":"1"}}},"route":[{"destination":{"host":"a"},"headers":{"request":{"set":{"a":"2"}}}}]}""");
        Assert.Equal(["z", "a"], single.RequestHeadersToAdd.Select(h => h.Header.Key));
        var weighted = One("""{"route":[{"destination":{"host":"a"},"weight":1,"headers":{"request":{"set":{"a":"2","host":"h"}}}},{"destination":{"host":"b"},"weight":1}]}""");
        Assert.Empty(weighted.RequestHeadersToAdd);
        Assert.Equal(("a", "h"), (weighted.Route_.WeightedClusters.Clusters[0].RequestHeadersToAdd[0].Header.Key, weighted.Route_.WeightedClusters.Clusters[0].HostRewriteLiteral));
    }

    [Fact]
    public void Rewrite_PrefixOrRegex_AndForwardedHostOnlyWithIt()
    {
        var directory = new FakeDirectory { ForwardedHost = true };
        Assert.Equal(("/x", true), Assert.Single(Routes("""{"rewrite":{"uri":"/x"},TO}""", Mesh, "", directory)).Route_ is var prefix ? (prefix.PrefixRewrite, prefix.AppendXForwardedHost) : default);
        Assert.Equal("b", One("""{"rewrite":{"uriRegexRewrite":{"match":"a","rewrite":"b"}},TO}""").Route_.RegexRewrite.Substitution);
        Assert.False(Assert.Single(Routes("{TO}", Mesh, "", directory)).Route_.AppendXForwardedHost);
    }

    [Theory]
    [InlineData("""{"uri":"/b"}""", false, "/b", "", 0u)]
    [InlineData("""{"authority":"h","derivePort":"FROM_REQUEST_PORT"}""", false, "", "", 8080u)]
    [InlineData("""{"scheme":"https","port":443}""", false, "", "", 0u)]
    [InlineData("""{"port":80}""", false, "", "", 0u)]
    [InlineData("""{"port":80}""", true, "", "", 80u)]
    [InlineData("""{"prefixRewrite":"/p"}""", false, "", "/p", 0u)]
    public void Redirect_PathAndPort(string redirect, bool tls, string path, string prefix, uint port)
    {
        var action = Assert.Single(Routes($$"""{"redirect":{{redirect}}}""", Mesh with { Tls = tls })).Redirect;
        Assert.Equal((path, prefix, port), (action.PathRedirect, action.PrefixRewrite, action.PortRedirect));
        Assert.Equal(prefix.Length == 0, action.PathRewriteSpecifierCase == RedirectAction.PathRewriteSpecifierOneofCase.PathRedirect);
    }

    [Fact]
    public void DirectResponse_StatusAndBody()
    {
        var response = One("""{"directResponse":{"status":503,"body":{"string":"no"}}}""").DirectResponse;
        Assert.Equal((503u, "no"), (response.Status, response.Body.InlineString));
    }

    [Theory]
    [InlineData("""{"mirror":{"host":"m"},TO}""", 100u, FractionalPercent.Types.DenominatorType.Hundred)]
    [InlineData("""{"mirror":{"host":"m"},"mirrorPercent":5,TO}""", 5u, FractionalPercent.Types.DenominatorType.Hundred)]
    [InlineData("""{"mirror":{"host":"m"},"mirrorPercentage":{"value":0.5},TO}""", 5000u, FractionalPercent.Types.DenominatorType.Million)]
    [InlineData("""{"mirrors":[{"destination":{"host":"m"},"percentage":{"value":1}},{"destination":{"host":"n"},"percentage":{"value":0}}],TO}""", 10000u, FractionalPercent.Types.DenominatorType.Million)]
    public void Mirror_Share_IsAsWritten(string route, uint numerator, FractionalPercent.Types.DenominatorType denominator)
    {
        var policy = Assert.Single(One(route).Route_.RequestMirrorPolicies);
        Assert.Equal((numerator, denominator), (policy.RuntimeFraction.DefaultValue.Numerator, policy.RuntimeFraction.DefaultValue.Denominator));
        Assert.Equal((false, true), (policy.TraceSampled, policy.DisableShadowHostSuffixAppend));
    }

    [Fact]
    public void Fault_DelayAndAbort_HaveTheirShares()
    {
        var route = One("""{"fault":{"delay":{"fixedDelay":"2s","percentage":{"value":10}},"abort":{"grpcStatus":"UNAVAILABLE"}},TO}""");
        var fault = HTTPFault.Parser.ParseFrom(route.TypedPerFilterConfig["envoy.filters.http.fault"].Value);
        Assert.Equal((2L, 100000u), (fault.Delay.FixedDelay.Seconds, fault.Delay.Percentage.Numerator));
        Assert.Equal(14u, fault.Abort.GrpcStatus);
        Assert.Null(fault.Abort.Percentage);
    }

    [Fact]
    public void Cors_ListsAreJoinedAndOriginsMatched()
    {
        var route = One("""{"corsPolicy":{"allowOrigins":[{"regex":".*"}],"allowMethods":["GET","PUT"],"allowHeaders":["a","b"],"maxAge":"60s","unmatchedPreflights":"IGNORE"},TO}""");
        var cors = global::Envoy.Extensions.Filters.Http.Cors.V3.CorsPolicy.Parser.ParseFrom(route.TypedPerFilterConfig["envoy.filters.http.cors"].Value);
        Assert.Equal(("GET,PUT", "a,b", "60"), (cors.AllowMethods, cors.AllowHeaders, cors.MaxAge));
        Assert.Equal((".*", false), (cors.AllowOriginStringMatch[0].SafeRegex.Regex, cors.ForwardNotMatchingPreflights));
    }

    [Fact]
    public void Retries_OwnThenMeshThenIstios()
    {
        Assert.Equal(3u, One("""{"retries":{"attempts":3},TO}""").Route_.RetryPolicy.NumRetries);
        Assert.Null(One("""{"retries":{"attempts":0},TO}""").Route_.RetryPolicy);
        Assert.Equal(2u, One("{TO}").Route_.RetryPolicy.NumRetries);
        Assert.Equal(7u, Assert.Single(Routes("{TO}", Mesh, "", new FakeDirectory { DefaultRetries = new HTTPRetry { Attempts = 7 } })).Route_.RetryPolicy.NumRetries);
    }

    [Fact]
    public void Hash_OfASingleDestination_SticksSoThatRetriesDoNotAvoidHosts()
    {
        var directory = new FakeDirectory { Hashed = new LoadBalancerSettings.Types.ConsistentHashLB { HttpHeaderName = "x" } };
        var single = Assert.Single(Routes("{TO}", Mesh, "", directory)).Route_;
        Assert.Equal("x", Assert.Single(single.HashPolicy).Header.HeaderName);
        Assert.Empty(single.RetryPolicy.RetryHostPredicate);
        var weighted = Assert.Single(Routes("""{"route":[{"destination":{"host":"a"},"weight":1},{"destination":{"host":"b"},"weight":1}]}""", Mesh, "", directory)).Route_;
        Assert.Equal(2, weighted.HashPolicy.Count);
        Assert.Single(weighted.RetryPolicy.RetryHostPredicate);
    }

    private static Route One(string route) => Assert.Single(All(route));

    private static IReadOnlyList<Route> All(string routes) => Routes(routes, Mesh);

    private static IReadOnlyList<Route> Routes(string routes, RouteContext context, string more = "", FakeDirectory? directory = null)
    {
        var spec = $$"""{"hosts":["a"],{{more}}"http":[{{routes.Replace("TO", To, StringComparison.Ordinal)}}]}""";
        var parsed = new TestMesh().Put(VirtualServiceOf("shop", "v", spec)).Get(VirtualServices.Object, new ObjectKey("shop", "v"));
        Assert.True(parsed.Spec is not null, string.Join("; ", parsed.Diagnostics));
        return HttpRoutes.Translate(parsed.Spec, context, directory ?? new FakeDirectory());
    }

    private sealed class FakeDirectory : IRouteDirectory
    {
        public LoadBalancerSettings.Types.ConsistentHashLB? Hashed { get; init; }

        public HTTPRetry? DefaultRetries { get; init; }

        public bool ForwardedHost { get; init; }

        public string Cluster(Destination destination) => $"outbound|{destination.Port?.Number ?? 8080}|{destination.Subset}|{destination.Host}";

        public LoadBalancerSettings.Types.ConsistentHashLB? Hash(Destination destination) => Hashed;
    }
}
