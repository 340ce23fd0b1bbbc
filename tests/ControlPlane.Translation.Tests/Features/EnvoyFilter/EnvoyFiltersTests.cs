using ControlPlane.Model.Delivery;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Tests.Support;
using static ControlPlane.Testing.Meshes.Objects;
using static ControlPlane.Translation.Tests.Support.Patched;

namespace ControlPlane.Translation.Tests.Features.EnvoyFilter;

/// <summary>Which patches reach which proxies, in which order, and what that costs.</summary>
public sealed class EnvoyFiltersTests
{
    private const string A = "outbound|80||a.shop.svc.cluster.local";

    private static readonly ProxyDescriptor Web = TranslatedMesh.Sidecar("shop", "10.9.0.1", "web") with { Labels = Map("app=web") };
    private static readonly ProxyDescriptor Other = TranslatedMesh.Sidecar("shop", "10.9.0.2", "other") with { Labels = Map("app=other") };

    private readonly TranslatedMesh _mesh = new();

    public EnvoyFiltersTests() => _mesh.Mesh.Put(Service("shop", "a", "http:80", "10.96.0.1"), Service("shop", "b", "http:81", "10.96.0.2"));

    [Fact]
    public void Order_IsPriority_ThenRoot_ThenAge_ThenName()
    {
        _mesh.Mesh.Put(
            Marks("shop", "z-oldest", ageInDays: 2), Marks("shop", "a-young"), Marks("shop", "b-young"),
            Marks("istio-system", "root"), Marks("shop", "first", priority: -1), Marks("istio-system", "last", priority: 1));
        Assert.Equal("first root z-oldest a-young b-young last", string.Join(' ', Marked(Web)));
    }

    [Fact]
    public void Selection_IsByNamespaceAndLabels()
    {
        _mesh.Mesh.Put(
            Marks("shop", "all"), Marks("shop", "web", selector: """{"app":"web"}"""), Marks("other", "elsewhere"), Marks("istio-system", "mesh", selector: """{"app":"other"}"""));
        Assert.Equal(["all", "web"], Marked(Web));
        Assert.Equal(["mesh", "all"], Marked(Other));
    }

    [Theory]
    [InlineData(""" "proxyVersion":"^1\\.32" """, true)]
    [InlineData(""" "proxyVersion":"32" """, true)]
    [InlineData(""" "proxyVersion":"^1\\.31.*" """, false)]
    [InlineData(""" "metadata":{"TIER":"edge"} """, true)]
    [InlineData(""" "metadata":{"TIER":"core"} """, false)]
    [InlineData(""" "metadata":{"COUNT":"5"} """, false)]
    [InlineData(""" "metadata":{"MISSING":""} """, false)]
    [InlineData(""" "metadata":{"TIER":"edge"},"proxyVersion":"9" """, false)]
    public void Proxy_IsMatched_ByVersionAndTextsOfItsMetadata(string match, bool matches)
    {
        var proxy = TranslatedMesh.Sidecar("shop", "10.9.0.1", "web", ("TIER", "\"edge\""), ("COUNT", "5"));
        Assert.Empty(Marked(proxy));
        _mesh.Mesh.Put(EnvoyFilterOf("shop", "o", $$"""{"configPatches":[{"applyTo":"CLUSTER","match":{"proxy":{ {{match}} } },"patch":{"operation":"MERGE","value":{{Mark("it")}} } }]}"""));
        Assert.Equal(matches ? ["it"] : [], Marked(proxy));
        Assert.Empty(Marked(TranslatedMesh.Sidecar("shop", "10.9.0.3", "old") with { IstioVersion = "", Labels = Map("app=x") }));
    }

    [Fact]
    public void Filter_ForSomeProxies_LeavesTheOthersAlone_AndSharesWhatItDoesNotTouch()
    {
        var (mine, theirs) = (_mesh.Set(XdsType.Cluster, Web), _mesh.Set(XdsType.Cluster, Other));
        var encoded = _mesh.Runs("Cluster.Encode");
        _mesh.Mesh.Put(EnvoyFilterOf("shop", "o", $$"""
            {"workloadSelector":{"labels":{"app":"web"} },"configPatches":[{"applyTo":"CLUSTER","match":{"cluster":{"service":"a.shop.svc.cluster.local"} },"patch":{"operation":"MERGE","value":{{Mark("it")}} } }]}
            """));

        Assert.Same(theirs, _mesh.Set(XdsType.Cluster, Other));
        Assert.Equal([A], _mesh.Set(XdsType.Cluster, Web).ChangedSince(mine));
        Assert.Same(theirs.Find("outbound|81||b.shop.svc.cluster.local"), _mesh.Set(XdsType.Cluster, Web).Find("outbound|81||b.shop.svc.cluster.local"));
        Assert.Equal(encoded, _mesh.Runs("Cluster.Encode"));
        Assert.Equal(0, _mesh.Runs("Listener.EncodePatched"));

        _mesh.Mesh.Delete(Model.Snapshots.Tables.Config("EnvoyFilter"), "shop", "o");
        Assert.Empty(_mesh.Set(XdsType.Cluster, Web).ChangedSince(theirs));
    }

    [Fact]
    public void Contexts_AreThoseOfTheResource()
    {
        static string Patch(string context) => $$"""{"applyTo":"CLUSTER","match":{"context":"{{context}}"},"patch":{"operation":"MERGE","value":{{Mark(context)}} } }""";
        _mesh.Mesh.Put(EnvoyFilterOf("istio-system", "o", $$"""{"configPatches":[{{Patch("GATEWAY")}},{{Patch("SIDECAR_INBOUND")}},{{Patch("SIDECAR_OUTBOUND")}},{{Patch("ANY")}}]}"""));
        Assert.Equal(["SIDECAR_OUTBOUND", "ANY"], Marked(Web));
        Assert.Equal(["SIDECAR_INBOUND", "ANY"], Marked(Web, "InboundPassthroughCluster"));
        Assert.Equal(["GATEWAY", "ANY"], Marked(TranslatedMesh.Gateway(), "BlackHoleCluster"));
    }

    [Fact]
    public void Addition_IsThereOnce_AndNeverHidesWhatExists()
    {
        _mesh.Mesh.Put(EnvoyFilterOf("istio-system", "o", $$$"""
            {"configPatches":[
              {"applyTo":"CLUSTER","patch":{"operation":"ADD","value":{"name":"mine","type":"EDS","eds_cluster_config":{"eds_config":{"ads":{} },"service_name":"theirs"} } } },
              {"applyTo":"CLUSTER","patch":{"operation":"ADD","value":{"name":"{{{A}}}","type":"STATIC"} } },
              {"applyTo":"CLUSTER","match":{"context":"GATEWAY"},"patch":{"operation":"ADD","value":{"name":"edge"} } },
              {"applyTo":"LISTENER","match":{"context":"SIDECAR_INBOUND"},"patch":{"operation":"INSERT_FIRST","value":{"name":"own"} } }]}
            """));
        Assert.Equal(["theirs"], _mesh.Set(XdsType.Cluster, Web).Find("mine")!.References);
        Assert.NotNull(_mesh.Cluster(Web, A)!.EdsClusterConfig);
        Assert.Null(_mesh.Cluster(Web, "edge"));
        Assert.NotNull(_mesh.Cluster(TranslatedMesh.Gateway(), "edge"));
        Assert.NotNull(_mesh.Listener(Web, "own"));
        Assert.Null(_mesh.Listener(TranslatedMesh.Gateway(), "own"));
    }

    [Fact]
    public void Addition_ThatChanges_StillHidesNothing()
    {
        _ = _mesh.Cluster(Web, A);
        foreach (var policy in (string[])["RANDOM", "ROUND_ROBIN"])
        {
            _mesh.Mesh.Put(EnvoyFilterOf("shop", "o", $$"""{"configPatches":[{"applyTo":"CLUSTER","patch":{"operation":"ADD","value":{"name":"{{A}}","lb_policy":"{{policy}}"} } }]}"""));
            Assert.NotNull(_mesh.Cluster(Web, A)!.EdsClusterConfig);
        }

        _mesh.Mesh.Delete(Model.Snapshots.Tables.Services, "shop", "a");
        Assert.Equal(global::Envoy.Config.Cluster.V3.Cluster.Types.LbPolicy.RoundRobin, _mesh.Cluster(Web, A)!.LbPolicy);
        Assert.Null(_mesh.Cluster(Web, A)!.EdsClusterConfig);
    }

    [Fact]
    public void Removal_TakesTheResourceAway_AndAnAdditionOfThatNameTakesItsPlace()
    {
        _mesh.Mesh.Put(EnvoyFilterOf("shop", "o", """{"configPatches":[{"applyTo":"LISTENER","match":{"listener":{"portNumber":80}},"patch":{"operation":"REMOVE"}}]}"""));
        Assert.Null(_mesh.Listener(Web, "0.0.0.0_80"));
        Assert.NotNull(_mesh.Listener(Web, "0.0.0.0_81"));
        _mesh.Mesh.Put(EnvoyFilterOf("shop", "p", """{"configPatches":[{"applyTo":"LISTENER","patch":{"operation":"ADD","value":{"name":"0.0.0.0_80"}}}]}"""));
        Assert.Empty(_mesh.Listener(Web, "0.0.0.0_80")!.FilterChains);
    }

    [Fact]
    public void Listener_WithoutAChain_NoLongerAsksForItsRoutes()
    {
        Assert.Equal(["80"], _mesh.Set(XdsType.Listener, Web).Find("0.0.0.0_80")!.References);
        _mesh.Mesh.Put(EnvoyFilterOf("shop", "o", """
            {"configPatches":[{"applyTo":"NETWORK_FILTER","match":{"listener":{"filterChain":{"filter":{"name":"envoy.filters.network.http_connection_manager"}}}},"patch":{"operation":"REMOVE"}}]}
            """));
        Assert.Empty(_mesh.Set(XdsType.Listener, Web).Find("0.0.0.0_80")!.References);
    }

    [Fact]
    public void ExtensionConfig_IsServed_ToSelectedProxies()
    {
        _mesh.Mesh.Put(EnvoyFilterOf("shop", "o", """{"workloadSelector":{"labels":{"app":"web"}},"configPatches":[{"applyTo":"EXTENSION_CONFIG","patch":{"operation":"ADD","value":{"name":"e"}}}]}"""));
        Assert.NotNull(_mesh.Set(XdsType.ExtensionConfig, Web).Find("e"));
        Assert.Null(_mesh.Set(XdsType.ExtensionConfig, Other).Find("e"));
    }

    [Fact]
    public void ProxylessClient_IsNotPatched()
    {
        _mesh.Mesh.Put(Marks("shop", "all"));
        Assert.Empty(Marked(Web with { Generator = "grpc" }, A, A));
    }

    private static Model.Objects.ConfigObject Marks(string @namespace, string name, int priority = 0, int ageInDays = 0, string? selector = null) => EnvoyFilterOf(@namespace, name, $$"""
        {"priority":{{priority}},{{(selector is null ? "" : " \"workloadSelector\":{\"labels\":" + selector + "},")}}"configPatches":[{"applyTo":"CLUSTER","patch":{"operation":"MERGE","value":{{Mark(name)}} } }]}
        """, ageInDays);

    // A list shows who was there in which order.
    private static string Mark(string name) => $$"""{"health_checks":[{"alt_port":1,"timeout":"1s","interval":"1s","event_log_path":"{{name}}"}]}""";

    private IEnumerable<string> Marked(ProxyDescriptor proxy, string cluster = A, params string[] asked) => _mesh.Cluster(proxy, cluster, asked)?.HealthChecks.Select(EventLog) ?? [];

#pragma warning disable CS0612 // The field is only a place for a mark.
    private static string EventLog(global::Envoy.Config.Core.V3.HealthCheck check) => check.EventLogPath;
#pragma warning restore CS0612
}
