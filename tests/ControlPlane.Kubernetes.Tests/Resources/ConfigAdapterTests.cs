using ControlPlane.Kubernetes.Files;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Model.Objects;
using ControlPlane.Model.Snapshots;
using ControlPlane.Testing;

namespace ControlPlane.Kubernetes.Tests.Resources;

public sealed class ConfigAdapterTests
{
    [Theory]
    [InlineData("networking.istio.io/v1", "VirtualService", "VirtualService")]
    [InlineData("networking.istio.io/v1alpha3", "Gateway", "Gateway")]
    [InlineData("gateway.networking.k8s.io/v1", "Gateway", "gateway.networking.k8s.io/Gateway")]
    [InlineData("gateway.networking.k8s.io/v1beta1", "HTTPRoute", "gateway.networking.k8s.io/HTTPRoute")]
    [InlineData("networking.k8s.io/v1", "Ingress", "networking.k8s.io/Ingress")]
    [InlineData("security.istio.io/v1", "PeerAuthentication", "PeerAuthentication")]
    public void Adapt_ConfigKind_GoesToItsTableWithItsSpecAsJson(string apiVersion, string kind, string table)
    {
        var content = Manifests.Read($"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: a, namespace: ns, generation: 7}}\nspec: {{b: [1, 'é', yes], a: {{}}}}\nstatus: {{x: 1}}");
        Assert.Empty(content.Diagnostics);
        var change = Assert.Single(content.Objects).Change;
        Assert.Equal(Tables.Config(table), change.Table);
        var value = Assert.IsType<ConfigObject>(change.Value);
        Assert.Equal((apiVersion, kind, """{"b":[1,"é",true],"a":{}}"""), (value.ApiVersion, value.Kind, value.SpecJson));
        Assert.Equal(apiVersion.StartsWith("gateway.", StringComparison.Ordinal) ? """{"x":1}""" : "", value.StatusJson);
        Assert.Equal(apiVersion.StartsWith("gateway.", StringComparison.Ordinal) ? 7 : 0, value.Generation);
    }

    [Theory]
    [InlineData("extensions.istio.io/v1alpha1", "WasmPlugin", "77")]
    [InlineData("extensions.istio.io/v1alpha1", "TrafficExtension", "77")]
    [InlineData("networking.istio.io/v1", "Sidecar", "")]
    public void Adapt_ResourceVersion_IsReadOfKindsThatTellProxies(string apiVersion, string kind, string expected) => Assert.Equal(
        expected, Manifests.One<ConfigObject>($"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: a, resourceVersion: '77'}}\nspec: {{}}\n").ResourceVersion);

    [Fact]
    public void Adapt_AbsentSpec_IsTheEmptyOne() => Assert.Equal(
        "{}", Manifests.One<ConfigObject>("apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a}\nspec:\n").SpecJson);

    [Fact]
    public void Adapt_SpecThatIsNoObject_IsRefused() => Assert.Contains(
        "test.yaml:4: error CP1102 Sidecar default/a spec: must be an object, is a string",
        Manifests.Faults("apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {name: a}\nspec: x")[0], StringComparison.Ordinal);

    [SharedFact("crds/istio.yaml")]
    public void Catalog_HasEveryKindOfIstiosAndTheGatewayApisDefinitions()
    {
        var content = string.Join('\n', File.ReadAllText(SharedDirectory.Path("crds/istio.yaml")), "---", File.ReadAllText(SharedDirectory.Path("crds/gateway-api.yaml")));
        var kinds = Kubernetes.Files.Yaml.DocumentSplitter.Split(content)
            .Select(d => Kubernetes.Files.Yaml.YamlReader.Read(d.Text, Kubernetes.Files.Yaml.YamlLimits.Default))
            .Where(d => d?.Find("kind")?.Text == "CustomResourceDefinition")
            .Select(d => d!.Find("spec")!)
            .Select(s => (Group: s.Find("group")!.Text, Names: s.Find("names")!, Spec: s))
            .Where(s => !s.Group.Contains("x-k8s", StringComparison.Ordinal))
            .ToList();
        Assert.True(kinds.Count > 20);
        foreach (var (group, names, spec) in kinds)
        {
            var adapter = ResourceCatalog.Find(group, names.Find("kind")!.Text);
            Assert.True(adapter is not null, $"{group}/{names.Find("kind")!.Text} is not in the catalog");
            Assert.Equal(names.Find("plural")!.Text, adapter.Kind.Plural);
            Assert.Equal(spec.Find("scope")!.Text == "Namespaced", adapter.Kind.Namespaced);
            foreach (var version in spec.Find("versions")!.Items.Where(v => v.Find("served")!.Text == "true"))
                Assert.Contains(version.Find("name")!.Text, adapter.Kind.Versions);
        }
    }

    [Theory]
    [InlineData("istio-system", "istio", "", true)]
    [InlineData("istio-system", "istio-canary", "canary", true)]
    [InlineData("istio-system", "istio", "canary", false)]
    [InlineData("other", "istio", "", false)]
    public void Adapt_MeshConfigMap_IsThatOfTheRootNamespaceAndRevision(string ns, string name, string revision, bool isMesh)
    {
        var options = new DirectoryOptions { Resources = new ResourceOptions { Revision = revision } };
        var content = Manifests.Read($$"""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: {{name}}, namespace: {{ns}}}
            data:
              mesh: |
                trustDomain: td
                enableTracing: on
              meshNetworks: 'networks: {net: { } }'
            """, options);
        Assert.Empty(content.Diagnostics);
        Assert.Equal(isMesh ? ["ConfigMap", "MeshConfig", "MeshNetworks"] : ["ConfigMap"], content.Objects.Select(o => o.Id.Table.Kind));
        if (!isMesh)
            return;
        var mesh = (ConfigObject)content.Objects[1].Change.Value;
        Assert.Equal(Tables.MeshConfigKey, mesh.Key);
        Assert.Equal("""{"trustDomain":"td","enableTracing":true}""", mesh.SpecJson);
        Assert.Equal("""{"networks":{"net":{}}}""", ((ConfigObject)content.Objects[2].Change.Value).SpecJson);
    }

    [Theory]
    [InlineData("a: [", "line 1 of the value: not well-formed YAML: the bracket [ that begins here is not closed")]
    [InlineData("- a", "line 1 of the value: must be a mapping")]
    [InlineData("a: 1\\n---\\nb: 2", "line 2 of the value: only one document")]
    public void Adapt_MeshConfigThatIsNotWellFormed_IsRefusedAlone(string mesh, string message)
    {
        var content = Manifests.Read(
            $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: istio, namespace: istio-system}}\ndata:\n  mesh: \"{mesh}\"\n");
        Assert.Equal("ConfigMap", Assert.Single(content.Objects).Id.Table.Kind);
        Assert.Contains($"test.yaml:5: error CP1002 ConfigMap istio-system/istio data.mesh: {message}", Assert.Single(content.Diagnostics).ToString(), StringComparison.Ordinal);
        Assert.True(content.Kept.Keeps(new ObjectId(Tables.MeshConfig, Tables.MeshConfigKey)));
    }

    [Fact]
    public void Adapt_EmptyMeshConfig_IsTheEmptyConfiguration()
    {
        var content = Manifests.Read("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: ''}\n");
        Assert.Equal("{}", ((ConfigObject)content.Objects[1].Change.Value).SpecJson);
    }
}
