using ControlPlane.Kubernetes.Files;
using ControlPlane.Model.Diagnostics;

namespace ControlPlane.Kubernetes.Tests.Files;

public sealed class ManifestReaderTests
{
    [Fact]
    public void Read_FaultyDocument_CostsOnlyItself()
    {
        var content = Manifests.Read(
            Manifests.Service("a") + "---\n" + "kind: [\n" + "---\n" + Manifests.Service("b") + "---\n" + Manifests.Service("c", 0) + "---\n" + Manifests.Service("d"));
        Assert.Equal(["a", "b", "d"], content.Objects.Select(o => o.Id.Key.Name));
        Assert.Equal([9, 25], content.Diagnostics.Select(d => d.Location.Line));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("123")]
    public void Read_UnquotedName_IsAString(string name)
    {
        var content = Manifests.Read($"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}");
        Assert.Equal(name, Assert.Single(content.Objects).Id.Key.Name);
    }

    [Fact]
    public void Read_ListsOfAllSorts_GiveTheirItems()
    {
        var content = Manifests.Read("""
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: Service
              metadata: {name: a}
              spec:
                ports: [{port: 0}]
            - {apiVersion: v1, kind: Namespace, metadata: {name: b}}
            - apiVersion: v1
              kind: ServiceList
              items:
              - metadata: {name: c}
              - {apiVersion: v1, kind: Service, metadata: {name: d}}
            ---
            apiVersion: networking.istio.io/v1
            kind: SidecarList
            items:
            - metadata: {name: e}
            """);
        Assert.Equal(["b", "c", "d", "e"], content.Objects.Select(o => o.Id.Key.Name));
        Assert.Equal([9, 13, 14, 19], content.Objects.Select(o => o.Line));
        Assert.Equal("test.yaml:8: error CP1103 Service default/a spec.ports[0].port: must be a port from 1 to 65535, is 0", Assert.Single(content.Diagnostics).ToString());
    }

    [Theory]
    [InlineData("a: 1", "test.yaml:1: error CP1003: not a Kubernetes object: apiVersion is missing or not a string")]
    [InlineData("apiVersion: v1\nmetadata: {name: x}", "test.yaml:1: error CP1003 default/x: not a Kubernetes object: kind is missing")]
    [InlineData("apiVersion: 1\nkind: Service", "apiVersion is missing or not a string")]
    [InlineData("- 1", "test.yaml:1: error CP1003: not a Kubernetes object: it must be a mapping")]
    [InlineData("apiVersion: v1\nkind: List\nitems: {a: 1}", "test.yaml:3: error CP1003 List items: must be a sequence")]
    [InlineData("apiVersion: v1\nkind: Servise\nmetadata: {name: x}", "test.yaml:2: warning CP1004 Servise default/x kind: kind \"Servise\" of apiVersion \"v1\" is not known")]
    [InlineData("apiVersion: v1\nkind: service", "Service is known with apiVersion v1")]
    [InlineData("apiVersion: apps/v1\nkind: VirtualService", "VirtualService is known with apiVersion networking.istio.io/v1")]
    [InlineData("apiVersion: networking.istio.io/v9\nkind: Sidecar", "test.yaml:1: error CP1004 Sidecar apiVersion: version \"v9\" is not known; known are networking.istio.io/v1, networking.istio.io/v1beta1, networking.istio.io/v1alpha3")]
    [InlineData("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}", "test.yaml:1: info CP1005 Deployment default/x: not used by the mesh")]
    public void Read_DocumentThatIsNotUsed_IsToldByFileAndLine(string text, string message)
    {
        var content = Manifests.Read(text);
        Assert.Empty(content.Objects);
        Assert.Contains(message, Assert.Single(content.Diagnostics).ToString().Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Json_TakesSeveralObjectsAndNamesLines()
    {
        var content = Manifests.Read("""
            {"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"a"}}
            {"apiVersion":"v1","kind":"Service",
             "metadata":{"name":"b"},
             "spec":{"ports":[{"port":"x"}]}}
            """, file: "x.json");
        Assert.Equal("a", Assert.Single(content.Objects).Id.Key.Name);
        Assert.StartsWith("x.json:4: error CP1102 Service default/b spec.ports[0].port", Assert.Single(content.Diagnostics).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BytesThatAreNotUtf8_AreAFaultWithItsLine()
    {
        var content = ManifestReader.Read("x.yaml", new byte[] { 0x61, 0x0a, 0x62, 0x0a, 0xff, 0x0a }, new DirectoryOptions());
        Assert.Equal("x.yaml:3: error CP1001: the text is not valid UTF-8", Assert.Single(content.Diagnostics).ToString());
    }

    [Fact]
    public void Read_ByteOrderMark_IsSkipped()
    {
        Assert.Single(Manifests.Read("\ufeff" + Manifests.Service("a")).Objects);
        Assert.Single(Manifests.Read("\ufeff{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"a\"}}", file: "a.json").Objects);
    }

    [Fact]
    public void Read_FileThatIsTooLarge_IsRefused()
    {
        var content = Manifests.Read(Manifests.Service("a"), new DirectoryOptions { MaxFileBytes = 10 });
        Assert.Empty(content.Objects);
        Assert.Contains("larger than 10 bytes", Assert.Single(content.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyFaultsOfOneObject_AreCutShort()
    {
        var ports = string.Join(", ", Enumerable.Range(0, 500).Select(i => $"{{name: p{i}, port: {70000 + i}}}"));
        Assert.Equal(20, Manifests.Faults($"apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec: {{ports: [{ports}]}}").Length);
    }

    [Fact]
    public void Read_DiagnosticsOfGoodText_AreNone() =>
        Assert.DoesNotContain(Manifests.Read(Manifests.Service("a")).Diagnostics, d => d.Severity >= Severity.Info);
}
