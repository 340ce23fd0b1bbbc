using ControlPlane.Model.Collections;
using ControlPlane.Model.Delivery;
using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Proxies;
using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.ExtensionConfigs;
using ControlPlane.Translation.Features.TrafficExtension;
using ControlPlane.Translation.Features.WasmPlugin;
using ControlPlane.Translation.Tests.Support;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Http.Wasm.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using static ControlPlane.Testing.Meshes.Objects;
using Secret = ControlPlane.Model.Objects.Secret;

namespace ControlPlane.Translation.Tests.Features.TrafficExtension;

/// <summary>WasmPlugins and TrafficExtensions: which filters stand where, and what the proxies are told of their modules.</summary>
public sealed class TrafficExtensionTests
{
    private const string Prefix = "extensions.istio.io/trafficextension/";
    private const string Plugin = "~istio-translated-wasmplugin";

    private static readonly ProxyDescriptor Web = TranslatedMesh.Sidecar("shop", "10.1.0.1", "web");

    private readonly TranslatedMesh _mesh = new();

    public TrafficExtensionTests() => _mesh.Mesh.Put(
        Service("shop", "a", "http:80", "10.96.0.1"), Service("shop", "b", "http:81", "10.96.0.2"), Pod("shop", "web", "10.1.0.1", "app=web"), Slice("shop", "a", "http:8080", "10.1.0.1=web"));

    [Fact]
    public void Order_IsPriority_ThenOwnNamespace_ThenAge()
    {
        _mesh.Mesh.Put(
            Of("shop", "none", """{"url":"oci://m"}"""), Of("shop", "low", """{"url":"oci://m","priority":-5}"""), Of("istio-system", "root", """{"url":"oci://m","priority":7}"""),
            Of("shop", "young", """{"url":"oci://m","priority":7}""", ageInDays: 1), Of("shop", "old", """{"url":"oci://m","priority":7}""", ageInDays: 2),
            Of("other", "elsewhere", """{"url":"oci://m"}"""), Of("shop", "nobody", """{"url":"oci://m","selector":{"matchLabels":{"app":"x"}}}"""));
        Assert.Equal(["shop.old", "shop.young", "istio-system.root", "shop.low", "shop.none"], Outbound(80));
    }

    [Fact]
    public void Match_Alternatives_AreOfModeAndPort()
    {
        _mesh.Mesh.Put(
            Of("shop", "client", """{"url":"oci://m","match":[{"mode":"CLIENT"}]}"""), Of("shop", "server", """{"url":"oci://m","match":[{"mode":"SERVER"}]}"""),
            Of("shop", "eighty", """{"url":"oci://m","match":[{"ports":[{"number":80}]},{"mode":"CLIENT","ports":[{"number":90}]}]}"""),
            Of("shop", "target", """{"url":"oci://m","match":[{"ports":[{"number":8080}]},{"mode":"CLIENT_AND_SERVER","ports":[{"number":9}]}]}"""));
        Assert.Equal(["shop.client", "shop.eighty"], Outbound(80));
        Assert.Equal(["shop.client"], Outbound(81));
        Assert.Equal(["shop.server", "shop.target"], Names(_mesh.Listener(Web, "virtualInbound")!.FilterChains.First(c => c.FilterChainMatch?.DestinationPort == 8080)));
    }

    [Theory]
    [InlineData("registry.example/m:2", "oci://registry.example/m:2")]
    [InlineData("HTTPS://m.example/m", "https://m.example/m")]
    [InlineData("oci://10.0.0.1:5000/m", "oci://10.0.0.1:5000/m")]
    public void Module_IsFetchedByTheAgent(string url, string expected)
    {
        var vm = Module($$"""{"url":"{{url}}","sha256":"6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"}""").Config.VmConfig;
        Assert.Equal((expected, "_"), (vm.Code.Remote.HttpUri.Uri, vm.Code.Remote.HttpUri.Cluster));
        Assert.StartsWith("6b86", vm.Code.Remote.Sha256, StringComparison.Ordinal);
        Assert.Equal("77", vm.EnvironmentVariables.KeyValues["ISTIO_META_WASM_PLUGIN_RESOURCE_VERSION"]);
    }

    [Fact]
    public void Configuration_IsCompactJson_WithGoEscapes()
    {
        var text = ProtoJson.Unpack<Google.Protobuf.WellKnownTypes.StringValue>(Module("""{"url":"file:///m","pluginConfig":{"b":"<&>","a":1.5}}""").Config.Configuration).Value;
        Assert.Equal("""{"a":1.5,"b":"\u003c\u0026\u003e"}""", text);
    }

    [Theory]
    [InlineData(SecretAccess.None, "pull", "")]
    [InlineData(SecretAccess.Named, "pull", "{\"auths\":{}}")]
    [InlineData(SecretAccess.Named, "kubernetes://other/pull", "{\"auths\":{}}")]
    [InlineData(SecretAccess.Named, "opaque", "")]
    [InlineData(SecretAccess.Named, "missing", "")]
    public void PullSecret_OfTheOwnNamespace_IsToldToWhoHasProvenWhoItIs(SecretAccess access, string name, string expected)
    {
        var data = LabelMap.From([new(".dockerconfigjson", Convert.ToBase64String("{\"auths\":{}}"u8))]);
        _mesh.Mesh.Put(
            new Secret { Meta = Meta("shop", "pull"), Type = "kubernetes.io/dockerconfigjson", Base64Data = data }, new Secret { Meta = Meta("shop", "opaque"), Base64Data = data },
            new Secret { Meta = Meta("other", "pull"), Type = "kubernetes.io/dockerconfigjson", Base64Data = LabelMap.From([new(".dockerconfigjson", Convert.ToBase64String("{\"theirs\":{}}"u8))]) });
        var environment = Module($$"""{"url":"oci://m","imagePullSecret":"{{name}}"}""", Web with { SecretAccess = access }).Config.VmConfig.EnvironmentVariables;
        Assert.Equal(expected, environment.KeyValues["ISTIO_META_WASM_IMAGE_PULL_SECRET"]);
    }

    [Theory]
    [InlineData("""{}""", "spec.url")]
    [InlineData("""{"url":"ftp://m"}""", "spec.url")]
    [InlineData("""{"url":"10.0.0.1:5000/m"}""", "spec.url")]
    [InlineData("""{"url":"oci://m m"}""", "spec.url")]
    [InlineData("""{"url":"oci://m","sha256":"6B86"}""", "spec.sha256")]
    [InlineData("""{"url":"oci://m","vmConfig":{"env":[{"value":"x"}]}}""", "spec.vmConfig.env[0].name")]
    [InlineData("""{"url":"oci://m","vmConfig":{"env":[{"name":"a"},{"name":"a"}]}}""", "spec.vmConfig.env[1].name")]
    [InlineData("""{"url":"oci://m","vmConfig":{"env":[{"name":"a","value":"x","valueFrom":"HOST"}]}}""", "spec.vmConfig.env[0].value")]
    [InlineData("""{"url":"oci://m","match":[{"ports":[{"number":0}]}]}""", "spec.match[0].ports[0].number")]
    [InlineData("""{"url":"oci://m","selector":{"matchLabels":{"a":"*"}}}""", "spec.selector.matchLabels")]
    public void Plugin_WithAFault_IsRefused(string spec, string field)
    {
        _mesh.Mesh.Put(Of("shop", "o", spec));
        var read = _mesh.Mesh.Get(WasmPlugins.Object, new ObjectKey("shop", "o"));
        Assert.Null(read.Spec);
        Assert.Equal(field, Assert.Single(read.Diagnostics, d => d.Severity == Severity.Error).Field);
    }

    [Theory]
    [InlineData("""{}""", "spec")]
    [InlineData("""{"lua":{}}""", "spec.lua.inlineCode")]
    [InlineData("""{"wasm":{"url":""}}""", "spec.wasm.url")]
    public void Extension_WithAFault_IsRefused(string spec, string field)
    {
        _mesh.Mesh.Put(Of("shop", "o", spec, kind: "TrafficExtension"));
        var read = _mesh.Mesh.Get(TrafficExtensions.Object, new ObjectKey("shop", "o"));
        Assert.Null(read.Spec);
        Assert.Equal(field, Assert.Single(read.Diagnostics).Field);
    }

    [Fact]
    public void Listeners_NameTheConfigurationsThatAreServed()
    {
        _mesh.Mesh.Put(
            Of("shop", "http", """{"url":"oci://m"}"""), Of("shop", "net", """{"url":"oci://m","type":"NETWORK"}"""), Of("shop", "lua", """{"lua":{"inlineCode":"x"}}""", kind: "TrafficExtension"));
        var listeners = _mesh.Set(XdsType.Listener, Web).Resources.Select(r => Listener.Parser.ParseFrom(r.Body.Span));
        Assert.Equal(
            _mesh.Set(XdsType.ExtensionConfig, Web).Resources.Select(r => r.Name),
            listeners.SelectMany(DiscoveredExtensions.NamedBy).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(2, _mesh.Set(XdsType.ExtensionConfig, Web).Count);
        Assert.DoesNotContain(_mesh.Listener(Web, "virtualOutbound")!.FilterChains.SelectMany(c => c.Filters), f => f.Name.StartsWith(Prefix, StringComparison.Ordinal));
    }

    private static ConfigObject Of(string @namespace, string name, string spec, int ageInDays = 0, string kind = "WasmPlugin") => new()
    {
        ApiVersion = "extensions.istio.io/v1alpha1", Kind = kind, Meta = Meta(@namespace, name, ageInDays: ageInDays), SpecJson = spec, ResourceVersion = "77",
    };

    private Wasm Module(string spec, ProxyDescriptor? proxy = null)
    {
        _mesh.Mesh.Put(Of("shop", "o", spec));
        var resource = _mesh.Set(XdsType.ExtensionConfig, proxy ?? Web).Find($"{Prefix}shop.o{Plugin}")!;
        return ProtoJson.Unpack<Wasm>(TypedExtensionConfig.Parser.ParseFrom(resource.Body.Span).TypedConfig);
    }

    private IEnumerable<string> Outbound(int port)
    {
        var listener = _mesh.Listener(Web, $"0.0.0.0_{port}")!;
        return Names(listener.FilterChains[0]);
    }

    private static IEnumerable<string> Names(FilterChain chain) => ProtoJson.Unpack<HttpConnectionManager>(chain.Filters[^1].TypedConfig).HttpFilters
        .Select(f => f.Name).Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..].Replace(Plugin, "", StringComparison.Ordinal));
}
