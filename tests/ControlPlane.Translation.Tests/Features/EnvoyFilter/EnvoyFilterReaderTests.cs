using ControlPlane.Model.Diagnostics;
using ControlPlane.Translation.Features;
using ControlPlane.Translation.Features.Validation;
using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Core.V3;
using Xds.Type.V3;

namespace ControlPlane.Translation.Tests.Features.EnvoyFilter;

public sealed class EnvoyFilterReaderTests
{
    private const string Good = """{"applyTo":"CLUSTER","patch":{"operation":"MERGE","value":{"alt_stat_name":"x"}}}""";

    [Theory]
    [InlineData("""{"patch":{"operation":"MERGE","value":{}}}""", "applyTo")]
    [InlineData("""{"applyTo":"CLUSTER"}""", "patch.operation")]
    [InlineData("""{"applyTo":"CLUSTER","patch":{"value":{}}}""", "patch.operation")]
    [InlineData("""{"applyTo":"CLUSTER","patch":{"operation":"MERGE"}}""", "patch.value")]
    [InlineData("""{"applyTo":"CLUSTER","patch":{"operation":"ADD","value":{"lb_policy":"RANDOM"}}}""", "patch.value.name")]
    [InlineData("""{"applyTo":"CLUSTER","patch":{"operation":"MERGE","value":{"connect_timeout":"soon"}}}""", "patch.value.connectTimeout")]
    [InlineData("""{"applyTo":"CLUSTER","patch":{"operation":"MERGE","value":{"lb_policy":"BEST"}}}""", "patch.value.lbPolicy")]
    [InlineData("""{"applyTo":"HTTP_FILTER","patch":{"operation":"INSERT_FIRST","value":{"typed_config":{"@type":"type.googleapis.com/envoy.config.filter.http.lua.v2.Lua"}}}}""", "patch.value.typedConfig.@type")]
    [InlineData("""{"applyTo":"HTTP_FILTER","patch":{"operation":"INSERT_FIRST","value":{"typed_config":{"inlineCode":""}}}}""", "patch.value.typedConfig")]
    [InlineData("""{"applyTo":"CLUSTER","match":{"listener":{}},"patch":{"operation":"MERGE","value":{}}}""", "match.listener")]
    [InlineData("""{"applyTo":"HTTP_ROUTE","match":{"cluster":{}},"patch":{"operation":"REMOVE"}}""", "match.cluster")]
    [InlineData("""{"applyTo":"NETWORK_FILTER","match":{"listener":{"filterChain":{"filter":{}}}},"patch":{"operation":"REMOVE"}}""", "match.listener.filterChain.filter")]
    [InlineData("""{"applyTo":"NETWORK_FILTER","match":{"listener":{"filterChain":{"filter":{"name":"x","subFilter":{"name":"y"}}}}},"patch":{"operation":"REMOVE"}}""", "match.listener.filterChain.filter")]
    [InlineData("""{"applyTo":"HTTP_FILTER","match":{"listener":{"filterChain":{"filter":{"name":"x","subFilter":{"name":"y"}}}}},"patch":{"operation":"REMOVE"}}""", "match.listener.filterChain.filter")]
    [InlineData("""{"applyTo":"CLUSTER","match":{"proxy":{"proxyVersion":"1[."}},"patch":{"operation":"REMOVE"}}""", "match.proxy.proxyVersion")]
    public void Patch_WithAFault_IsReportedAndLeftOut_TheOthersStay(string patch, string field)
    {
        var read = Patched.Read($$"""{"configPatches":[{{Good}},{{patch}},{{Good}}]}""");
        Assert.Equal(2, read.Spec!.Patches.Count);
        var fault = Assert.Single(read.Diagnostics, d => d.Severity == Severity.Error);
        Assert.Equal(($"spec.configPatches[1].{field}", Problems.Invalid), (fault.Field, fault.Code));
    }

    [Theory]
    [InlineData("""{"applyTo":"BOOTSTRAP","patch":{"operation":"MERGE","value":{"stats_flush_interval":"3s"}}}""", "applyTo")]
    [InlineData("""{"applyTo":"CLUSTER","match":{"context":"WAYPOINT"},"patch":{"operation":"REMOVE"}}""", "match")]
    [InlineData("""{"applyTo":"HTTP_FILTER","match":{"waypoint":{"portNumber":80}},"patch":{"operation":"REMOVE"}}""", "match")]
    [InlineData("""{"applyTo":"ROUTE_CONFIGURATION","patch":{"operation":"REMOVE"}}""", "patch.operation")]
    [InlineData("""{"applyTo":"EXTENSION_CONFIG","patch":{"operation":"REMOVE"}}""", "patch.operation")]
    [InlineData("""{"applyTo":"CLUSTER","patch":{"operation":"REPLACE","value":{}}}""", "patch.operation")]
    [InlineData("""{"applyTo":"HTTP_FILTER","patch":{"operation":"REPLACE","value":{}}}""", "patch.operation")]
    [InlineData("""{"applyTo":"NETWORK_FILTER","patch":{"operation":"REMOVE"}}""", "patch.operation")]
    [InlineData("""{"applyTo":"NETWORK_FILTER","patch":{"operation":"MERGE_AND_REPLACE_LIST","value":{}}}""", "patch.operation")]
    [InlineData("""{"applyTo":"LISTENER_FILTER","patch":{"operation":"MERGE","value":{}}}""", "patch.operation")]
    public void Patch_ThatCanDoNothing_IsSaidToDoNothing(string patch, string field)
    {
        var read = Patched.Read($$"""{"configPatches":[{{patch}}]}""");
        Assert.True(read.Spec!.Patches.IsEmpty);
        var warning = Assert.Single(read.Diagnostics);
        Assert.Equal(($"spec.configPatches[0].{field}", Severity.Warning), (warning.Field, warning.Severity));
    }

    [Theory]
    [InlineData("""{"applyTo":"CLUSTER","patch":{"operation":"MERGE","value":{"alt_stat_nam":"x"}}}""", "patch.value.alt_stat_nam")]
    [InlineData("""{"applyTo":"HTTP_FILTER","patch":{"operation":"INSERT_FIRST","value":{"name":"x"},"filterClass":"AUTHN"}}""", "patch.filterClass")]
    [InlineData("""{"applyTo":"HTTP_FILTER","patch":{"operation":"ADD","value":{"name":"x"}}}""", "patch.operation")]
    [InlineData("""{"applyTo":"NETWORK_FILTER","patch":{"operation":"INSERT_AFTER","value":{"name":"x"}}}""", "patch.operation")]
    [InlineData("""{"applyTo":"HTTP_FILTER","match":{"listener":{"portName":"http"}},"patch":{"operation":"INSERT_FIRST","value":{"name":"x"}}}""", "match.listener.portName")]
    [InlineData("""{"applyTo":"NETWORK_FILTER","match":{"listener":{"filterChain":{"filter":{"name":"envoy.tcp_proxy"}}}},"patch":{"operation":"REMOVE"}}""", "match.listener.filterChain.filter.name")]
    [InlineData("""{"applyTo":"FILTER_CHAIN","match":{"listener":{"filterChain":{"filter":{"name":"x"}}}},"patch":{"operation":"REMOVE"}}""", "match.listener.filterChain.filter")]
    [InlineData("""{"applyTo":"FILTER_CHAIN","match":{"listener":{"filterChain":{"transportSocket":"tls"}}},"patch":{"operation":"REMOVE"}}""", "match.listener.filterChain.transportSocket")]
    public void Patch_WithSomethingDoubtful_ActsAndIsWarnedOf(string patch, string field)
    {
        var read = Patched.Read($$"""{"configPatches":[{{patch}}]}""");
        Assert.Single(read.Spec!.Patches);
        var warning = Assert.Single(read.Diagnostics);
        Assert.Equal(($"spec.configPatches[0].{field}", Severity.Warning), (warning.Field, warning.Severity));
    }

    [Theory]
    [InlineData("""{"workloadSelector":{"labels":{"app":"*"}},"configPatches":[]}""")]
    [InlineData("""{"workloadSelector":{"labels":{"app":"a"}},"targetRefs":[{"group":"gateway.networking.k8s.io","kind":"Gateway","name":"g"}]}""")]
    [InlineData("""{"configPatches":1}""")]
    [InlineData("""{"configPatches":[null]}""")]
    [InlineData("""{"configPatches":[{"applyTo":"CLUSTERS"}]}""")]
    public void Object_ThatCantBeRead_IsRefused(string spec) => Assert.Null(Patched.Read(spec).Spec);

    [Fact]
    public void Configuration_OfATypeThatIsNotKnown_TravelsAsTypedStruct()
    {
        var read = Patched.Read("""
            {"configPatches":[{"applyTo":"EXTENSION_CONFIG","patch":{"operation":"ADD","value":{"name":"e","typed_config":{"@type":"type.googleapis.com/vendor.filters.v3.Own","limits":[1,{"b":null}]}}}}]}
            """);
        var config = read.Spec!.Patches[0].Read<TypedExtensionConfig>().TypedConfig;
        Assert.Equal("type.googleapis.com/xds.type.v3.TypedStruct", config.TypeUrl);
        var content = TypedStruct.Parser.ParseFrom(config.Value);
        Assert.Equal("type.googleapis.com/vendor.filters.v3.Own", content.TypeUrl);
        Assert.Equal(1, content.Value.Fields["limits"].ListValue.Values[0].NumberValue);
        Assert.DoesNotContain("@type", content.Value.Fields.Keys);
        Assert.Equal(SpecReader.UnknownField, Assert.Single(read.Diagnostics).Code);
    }
}
