using ControlPlane.Kubernetes.Files.Yaml;

namespace ControlPlane.Kubernetes.Tests.Files.Yaml;

public sealed class FieldLocatorTests
{
    private const string Document = """
        apiVersion: v1
        metadata:
          annotations:
            example.com/a: x
            example.com/a.b: y
        spec:
          ports:
          - port: 80
          - name: b
            port: 81
          x: &x
            deep: 1
          z: *x
        """;

    [Theory]
    [InlineData("", 1)]
    [InlineData("spec.ports", 7)]
    [InlineData("spec.ports[1]", 9)]
    [InlineData("spec.ports[1].port", 10)]
    [InlineData("spec.ports[1].absent", 9)]
    [InlineData("spec.ports[7].port", 7)]
    [InlineData("spec.absent.more", 6)]
    [InlineData("metadata.annotations[example.com/a.b]", 5)]
    [InlineData("metadata.annotations.example.com/a", 4)]
    [InlineData("spec.z.deep", 12)]
    [InlineData("][.[", 1)]
    public void Line_OfAPath_IsThatOfTheInnermostPartWritten(string field, int line) =>
        Assert.Equal(line, FieldLocator.Line(YamlReader.Read(Document, YamlLimits.Default)!, field));
}
