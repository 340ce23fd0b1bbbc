using ControlPlane.Kubernetes.Files;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Model.Objects;

namespace ControlPlane.Kubernetes.Tests.Resources;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("{}", "metadata.name: is required")]
    [InlineData("{name: ''}", "metadata.name: is required")]
    [InlineData("{generateName: a-}", "metadata.name: is required")]
    [InlineData("{name: Web}", "metadata.name: \"Web\" must be")]
    [InlineData("{name: a/b}", "metadata.name: \"a/b\" must be")]
    [InlineData("{name: '../x'}", "metadata.name: \"../x\" must be")]
    [InlineData("{name: -a}", "metadata.name: \"-a\" must be")]
    [InlineData("{name: a.b}", "metadata.name: \"a.b\" must be at most 63")]
    [InlineData("{name: a, namespace: a.b}", "metadata.namespace: \"a.b\" must be")]
    [InlineData("{name: a, creationTimestamp: 2026-01-01}", "metadata.creationTimestamp: must be a time")]
    [InlineData("{name: a, labels: {x: [1]}}", "metadata.labels[x]: must be a string, is an array")]
    [InlineData("[]", "metadata: must be an object, is an array")]
    public void Adapt_BadMetadata_IsNamed(string metadata, string message) => Assert.Contains(
        Manifests.Faults($"apiVersion: v1\nkind: Service\nmetadata: {metadata}\n"),
        f => f.StartsWith("test.yaml:3: error", StringComparison.Ordinal) && f.Contains(message, StringComparison.Ordinal));

    [Fact]
    public void Adapt_ClusterScopedKind_IgnoresTheNamespace() => Assert.Equal(
        new ObjectKey("", "node-1"), Manifests.One<Node>("apiVersion: v1\nkind: Node\nmetadata: {name: node-1, namespace: x}").Key);

    [Fact]
    public void Adapt_Namespace_CarriesItsOwnNameAsLabel() => Assert.Equal(
        "kubernetes.io/metadata.name=shop,x=z",
        Manifests.One<Namespace>("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {x: z}}").Meta.Labels.ToString());

    [Fact]
    public void Adapt_WithoutCreationTime_TakesTheDefault()
    {
        var time = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var options = new DirectoryOptions { Resources = new ResourceOptions { DefaultCreationTime = time } };
        Assert.Equal(time, Manifests.One<ServiceAccount>("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}", options).Meta.CreationTime);
    }
}
