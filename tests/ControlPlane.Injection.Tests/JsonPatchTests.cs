using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;
using ControlPlane.Injection.Patching;

namespace ControlPlane.Injection.Tests;

public class JsonPatchTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", "[]")]
    [InlineData("""{"a":{"b":1}}""", """{"a":{"b":2}}""", """[{"op":"replace","path":"/a/b","value":2}]""")]
    [InlineData("""{}""", """{"x/y~z":1}""", """[{"op":"add","path":"/x~1y~0z","value":1}]""")]
    [InlineData("""{"l":[{"name":"a"},{"name":"b"}]}""", """{"l":[{"name":"b"},{"name":"c"}]}""", """[{"op":"remove","path":"/l/0"},{"op":"add","path":"/l/1","value":{"name":"c"}}]""")]
    [InlineData("""{"l":[{"name":"a","v":1}]}""", """{"l":[{"name":"z"},{"name":"a","v":2}]}""", """[{"op":"add","path":"/l/0","value":{"name":"z"}},{"op":"replace","path":"/l/1/v","value":2}]""")]
    public void Patch_BetweenTwo_TouchesOnlyWhatDiffers(string from, string to, string expected) =>
        Assert.Equal(expected, JsonText.Write(JsonPatch.Between(TestInjection.Json(from), TestInjection.Json(to))));

    [Fact]
    public void Patch_BetweenRandomValues_TurnsOneIntoTheOther()
    {
        var random = new Random(20261121);
        for (var i = 0; i < 2000; i++)
        {
            var (from, to) = ((JsonObject)Value(random, 4, isMap: true)!, (JsonObject)Value(random, 4, isMap: true)!);
            var patch = JsonPatch.Between(from, to);
            var result = JsonPatchApplication.Apply(from, patch);
            Assert.True(JsonTree.Same(to, result), $"{JsonText.Write(from)} -> {JsonText.Write(to)} by {JsonText.Write(patch)} gives {JsonText.Write(result)}");
        }
    }

    [Fact]
    public void Patch_OfVeryLongDifferentLists_ReplacesThem()
    {
        static JsonObject List(int first) => new() { ["l"] = JsonTree.ListOf(Enumerable.Range(first, 2000).Select(i => (JsonNode?)JsonValue.Create(i))) };
        Assert.Equal("replace", JsonPatch.Between(List(0), List(10_000))[0]!["op"]!.ToString());
    }

    private static JsonNode? Value(Random random, int depth, bool isMap = false)
    {
        var kind = isMap ? 0 : random.Next(depth == 0 ? 3 : 5);
        switch (kind)
        {
            case 0 when depth > 0:
                var map = new JsonObject();
                for (var i = random.Next(4); i >= 0; i--)
                    map[random.Next(3) == 0 ? "name" : $"k{random.Next(4)}"] = Value(random, depth - 1);
                return map;
            case 3 or 4:
                return JsonTree.ListOf(Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1)));
            case 1:
                return null;
            default:
                return $"v{random.Next(3)}";
        }
    }
}
