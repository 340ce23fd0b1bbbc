using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Patching;

namespace ControlPlane.Injection.Tests;

public class StrategicMergeTests
{
    [Theory]
    [InlineData("""{"a":1,"b":{"c":2}}""", """{"b":{"d":3}}""", """{"a":1,"b":{"c":2,"d":3}}""")]
    [InlineData("""{"a":1,"b":2}""", """{"a":null}""", """{"b":2}""")]
    [InlineData("""{"args":["x","y"]}""", """{"args":["z"]}""", """{"args":["z"]}""")]
    [InlineData("""{"env":[{"name":"A","value":"1"},{"name":"B"}]}""", """{"env":[{"name":"A","value":"2"}]}""", """{"env":[{"name":"A","value":"2"},{"name":"B"}]}""")]
    [InlineData("""{"containers":[{"name":"app"}]}""", """{"containers":[{"name":"new"}]}""", """{"containers":[{"name":"new"},{"name":"app"}]}""")]
    [InlineData("""{"containers":[{"name":"a"},{"name":"b"},{"name":"c"}]}""", """{"containers":[{"name":"b"}]}""", """{"containers":[{"name":"a"},{"name":"b"},{"name":"c"}]}""")]
    [InlineData("""{"volumeMounts":[{"name":"a","mountPath":"/x"}]}""", """{"volumeMounts":[{"name":"b","mountPath":"/x"}]}""", """{"volumeMounts":[{"name":"b","mountPath":"/x"}]}""")]
    [InlineData("""{"ports":[{"containerPort":80}]}""", """{"ports":[{"containerPort":80,"name":"http"}]}""", """{"ports":[{"containerPort":80,"name":"http"}]}""")]
    [InlineData("""{"volumes":[{"name":"v","emptyDir":{}}]}""", """{"volumes":[{"name":"v","emptyDir":null}]}""", """{"volumes":[{"name":"v"}]}""")]
    [InlineData("""{"volumes":[]}""", """{"volumes":[{"name":"v","emptyDir":null}]}""", """{"volumes":[{"name":"v"}]}""")]
    [InlineData("""{"containers":[{"name":"a"},{"name":"b"}]}""", """{"containers":[{"name":"a","$patch":"delete"}]}""", """{"containers":[{"name":"b"}]}""")]
    [InlineData("""{"securityContext":{"fsGroup":1}}""", """{"securityContext":{"$patch":"replace","runAsUser":2}}""", """{"securityContext":{"runAsUser":2}}""")]
    public void Patch_OverTarget_MergesAsTheApiServerDoes(string target, string patch, string expected)
    {
        var result = TestInjection.Json(target);
        StrategicMerge.Apply(result, TestInjection.Json(patch));
        Assert.Equal(expected, JsonText.Write(result));
    }

    [Fact]
    public void LongLists_OnBothSides_MergeInLinearTime()
    {
        static JsonObject Long(string value) => new()
        {
            ["env"] = JsonTree.ListOf(Enumerable.Range(0, 50_000).Select(i => new JsonObject { ["name"] = $"N{i}", ["value"] = value })),
        };
        var result = Long("old");
        StrategicMerge.Apply(result, Long("new"));
        Assert.Equal((50_000, "new"), (result["env"]!.AsArray().Count, result["env"]![49_999]!["value"]!.ToString()));
    }
}
