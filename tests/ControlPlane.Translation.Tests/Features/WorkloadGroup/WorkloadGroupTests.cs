using ControlPlane.Model.Diagnostics;
using ControlPlane.Model.Objects;
using ControlPlane.Testing.Meshes;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Features.WorkloadGroup;

public class WorkloadGroupTests
{
    private const string Sound =
        """
        {"metadata": {"labels": {"app": "vm"}, "annotations": {"note": "x"}}, "template": {"serviceAccount": "vm", "ports": {"http": 80}, "labels": {"app": "vm"}},
         "probe": {"initialDelaySeconds": 1, "periodSeconds": 5, "httpGet": {"path": "/ready", "port": 8080, "httpHeaders": [{"name": "x-probe", "value": "1"}]}}}
        """;

    [Theory]
    [InlineData("{}", "spec.template")]
    [InlineData("""{"template": {}, "metadata": {"labels": {"not a label": "x"}}}""", "spec.metadata.labels[not a label]")]
    [InlineData("""{"template": {"labels": {"app": "not a value"}}}""", "spec.template.labels[app]")]
    [InlineData("""{"template": {}, "probe": {}}""", "spec.probe")]
    [InlineData("""{"template": {}, "probe": {"periodSeconds": -1, "tcpSocket": {"port": 80}}}""", "spec.probe.periodSeconds")]
    [InlineData("""{"template": {}, "probe": {"httpGet": {"path": "/"}}}""", "spec.probe.httpGet.port")]
    [InlineData("""{"template": {}, "probe": {"httpGet": {"port": 80, "httpHeaders": [{"name": "a b"}]}}}""", "spec.probe.httpGet.httpHeaders[0].name")]
    [InlineData("""{"template": {}, "probe": {"tcpSocket": {"port": 70000}}}""", "spec.probe.tcpSocket.port")]
    [InlineData("""{"template": {}, "probe": {"grpc": {}}}""", "spec.probe.grpc.port")]
    [InlineData("""{"template": {}, "probe": {"exec": {}}}""", "spec.probe.exec.command")]
    public void Object_ThatIstioRefuses_IsRefusedWithItsField(string spec, string field)
    {
        var found = Explain(spec);

        Assert.Equal((Severity.Error, field), (Assert.Single(found).Severity, found[0].Field));
    }

    [Fact]
    public void Object_ThatIsSound_IsToldToHaveNoEffect()
    {
        var found = Explain(Sound);

        Assert.Equal(Severity.Warning, Assert.Single(found).Severity);
        Assert.Contains("WorkloadEntry", found[0].Message, StringComparison.Ordinal);
    }

    private static List<Diagnostic> Explain(string spec)
    {
        var key = new ObjectKey("shop", "vms");
        var mesh = new TestMesh().Put(new ConfigObject { ApiVersion = "networking.istio.io/v1", Kind = "WorkloadGroup", Meta = Meta(key.Namespace, key.Name), SpecJson = spec });
        return [.. mesh.Get(FeatureCatalog.Diagnostics, ("WorkloadGroup", key))];
    }
}
