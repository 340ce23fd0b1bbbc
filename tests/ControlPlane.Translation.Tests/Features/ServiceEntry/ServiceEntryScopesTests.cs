using ControlPlane.Testing.Meshes;
using ControlPlane.Translation.Tests.Support;
using ControlPlane.Translation.Views;
using ControlPlane.Translation.Views.Services;
using static ControlPlane.Testing.Meshes.Objects;

namespace ControlPlane.Translation.Tests.Features.ServiceEntry;

public class ServiceEntryScopesTests
{
    private const string Narrow = """
        {"serviceEntryVisibility": {"applyToSidecars": true, "defaultVisibility": "NAMESPACE", "policies": [
           {"visibility": "PUBLIC", "matchingRules": [{"namespaceSelector": {"matchLabels": {"team": "core"}}}, {"namespaceSelector": {"matchExpressions": [{"key": "old", "operator": "DoesNotExist"}]}}]},
           {"visibility": "NONE", "matchingRules": [{"namespaceSelector": {"matchLabels": {"team": "guest"}}}]},
           {"visibility": "NONE", "matchingRules": [{}]}]}}
        """;

    [Theory]
    [InlineData("", "*", "shop other")]
    [InlineData("", "", "shop other")]
    [InlineData("team=core", "*", "shop other")]
    [InlineData("team=core;old=1", "*", "shop")]
    [InlineData("team=guest", "*", "")]
    [InlineData("team=none", "", "shop")]
    [InlineData("team=none", ".", "shop")]
    [InlineData("team=none", "shop other", "shop")]
    [InlineData("team=none", "other", "")]
    [InlineData("team=core", "other", "other")]
    [InlineData("team=core", "~", "")]
    public void Services_LevelOfTheNamespace_CapsWhatTheyExport(string labels, string exportTo, string expected)
    {
        var mesh = new TestMesh();
        if (labels.Length > 0)
            mesh.Settings(Narrow);
        var list = string.Join(',', exportTo.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(e => $"\"{e}\""));
        mesh.Put(
            Namespace("shop", labels),
            Rules.ServiceEntryOf("shop", "x", $$"""{"hosts":["x.example.org"],"resolution":"STATIC","exportTo":[{{list}}],"ports":[{"number":80,"name":"http","protocol":"HTTP"}]}"""));

        Assert.Equal(expected, string.Join(' ', new[] { "shop", "other" }.Where(n => !mesh.Get(ServiceDirectory.VisibleTo, n).IsEmpty)));
    }

    [Fact]
    public void Services_LevelsForOthersThanSidecars_CapNothing()
    {
        var mesh = new TestMesh().Settings("""{"serviceEntryVisibility": {"defaultVisibility": "NONE"}}""").Put(
            Rules.ServiceEntryOf("shop", "x", """{"hosts":["x.example.org"],"resolution":"STATIC","ports":[{"number":80,"name":"http","protocol":"HTTP"}]}"""));

        Assert.Single(mesh.Get(ServiceDirectory.All, Unit.Value));
        Assert.Single(mesh.Get(ServiceDirectory.VisibleTo, "other"));
    }
}
