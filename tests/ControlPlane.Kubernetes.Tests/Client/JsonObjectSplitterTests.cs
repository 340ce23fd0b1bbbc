using System.Text;
using System.Text.Json;
using ControlPlane.Kubernetes.Client.Json;

namespace ControlPlane.Kubernetes.Tests.Client;

public sealed class JsonObjectSplitterTests
{
    private const string Events = """
        {"type":"ADDED","object":{"kind":"A","metadata":{"name":"a","namespace":"n","labels":{"name":"no"}},"x":[{"metadata":{"name":"no"}}]}}
        {"type":"DELETED","object":{"metadata":{"managedFields":[{"a":"b"}],"name":"b"}}} {"type":"BOOKMARK","object":{}}
        """;

    private const string List = """
        {"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7","continue":"c","remainingItemCount":3},
        "items":[{"metadata":{"name":"a","namespace":"n"},"items":[{"x":1}]}, {"metadata":{"name":"b"},"metadata2":{"resourceVersion":"9"}}], "more":[{"metadata":{"name":"z"}}]}
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Process_EventsInPiecesOfAnySize_AreCutTheSame(int size)
    {
        var objects = Split(Events, isList: false, size, out _);
        Assert.Equal(["ADDED n/a", "DELETED /b", "BOOKMARK /"], objects.Select(o => $"{o.EventType} {o.Namespace}/{o.Name}"));
        Assert.Equal(Events.Split('\n')[0], Encoding.UTF8.GetString(objects[0].Json.Span));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(100_000)]
    public void Process_ListInPiecesOfAnySize_GivesItemsAndMetadata(int size)
    {
        var objects = Split(List, isList: true, size, out var splitter);
        Assert.Equal(["n/a", "/b"], objects.Select(o => $"{o.Namespace}/{o.Name}"));
        Assert.Equal(("7", "c"), (splitter.ResourceVersion, splitter.Continue));
        Assert.True(splitter.IsComplete);
        using var json = JsonDocument.Parse(objects[0].Json);
        Assert.Equal(1, json.RootElement.GetProperty("items")[0].GetProperty("x").GetInt32());
    }

    [Fact]
    public void Process_ObjectBeyondTheLimit_LeavesItsName()
    {
        var big = $$$"""{"metadata":{"resourceVersion":"1"},"items":[{"a":"{{{new string('x', 5000)}}}","metadata":{"name":"big","namespace":"n"}},{"metadata":{"name":"small"}}]}""";
        var objects = Split(big, isList: true, 64, out _, limit: 1000);
        Assert.Equal([("big", true), ("small", false)], objects.Select(o => (o.Name, o.IsTooLarge)));
        Assert.True(objects[0].Size > 5000);
    }

    [Fact]
    public void Process_NullItems_IsAnEmptyList() => Assert.Empty(Split("""{"metadata":{"resourceVersion":"1"},"items":null}""", true, 3, out _));

    [Theory]
    [InlineData("{\"items\":[{]}")]
    [InlineData("{\"items\":[{}")]
    [InlineData("nonsense")]
    public void Process_TextThatIsNotWellFormed_Throws(string text) => Assert.ThrowsAny<JsonException>(() => Split(text, true, 4, out _));

    [Fact]
    public void Process_DeepNesting_NeedsNoStack()
    {
        var deep = new string('[', 9000) + new string(']', 9000);
        Assert.Equal("a", Assert.Single(Split($$$"""{"items":[{"metadata":{"name":"a"},"x":{{{deep}}}}]}""", true, 100, out _)).Name);
    }

    private static List<SplitObject> Split(string text, bool isList, int size, out JsonObjectSplitter splitter, int limit = 1 << 20)
    {
        splitter = new JsonObjectSplitter(isList, limit);
        var bytes = Encoding.UTF8.GetBytes(text);
        var objects = new List<SplitObject>();
        var pending = Array.Empty<byte>();
        for (var at = 0; at < bytes.Length; at += size)
        {
            var piece = pending.Concat(bytes.Skip(at).Take(size)).ToArray();
            pending = piece[splitter.Process(piece, at + size >= bytes.Length, objects)..];
        }

        return objects;
    }
}
