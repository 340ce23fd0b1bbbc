using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Features.VirtualService;
using Istio.Networking.V1Alpha3;

namespace ControlPlane.Translation.Tests.Features.VirtualService;

public sealed class DelegateMergeTests
{
    [Theory]
    [InlineData("""{"uri":{"prefix":"/a"}}""", """{"uri":{"prefix":"/a/b"}}""", true)]
    [InlineData("""{"uri":{"prefix":"/a"}}""", """{"uri":{"exact":"/a/b"}}""", true)]
    [InlineData("""{"uri":{"prefix":"/a"}}""", """{"uri":{"prefix":"/b"}}""", false)]
    [InlineData("""{"uri":{"exact":"/a"}}""", """{"uri":{"exact":"/a"}}""", true)]
    [InlineData("""{"uri":{"exact":"/a"}}""", """{"uri":{"exact":"/b"}}""", false)]
    [InlineData("""{"uri":{"exact":"/a"}}""", """{"uri":{"prefix":"/a"}}""", false)]
    [InlineData("""{"uri":{"regex":".*"}}""", """{"uri":{"prefix":"/a"}}""", false)]
    [InlineData("""{"method":{"exact":"GET"}}""", """{"uri":{"regex":".*"}}""", true)]
    [InlineData("""{"headers":{"x":{"exact":"1"}}}""", """{"headers":{"x":{"exact":"2"}}}""", false)]
    [InlineData("""{"headers":{"x":{"exact":"1"}}}""", """{"headers":{"y":{"exact":"2"}}}""", true)]
    [InlineData("""{"queryParams":{"x":{"exact":"1"}}}""", """{"queryParams":{"x":{"exact":"2"}}}""", false)]
    [InlineData("""{"ignoreUriCase":true}""", """{"ignoreUriCase":false}""", false)]
    [InlineData("""{"port":80}""", """{"port":81}""", false)]
    [InlineData("""{"port":80}""", """{}""", true)]
    [InlineData("""{"sourceNamespace":"a"}""", """{}""", false)]
    [InlineData("""{"sourceNamespace":"a"}""", """{"sourceNamespace":"a"}""", true)]
    [InlineData("""{"sourceLabels":{"x":"1"}}""", """{"sourceLabels":{"x":"2"}}""", false)]
    [InlineData("""{"gateways":["mesh","a/b"]}""", """{"gateways":["mesh"]}""", true)]
    [InlineData("""{"gateways":["mesh"]}""", """{"gateways":["a/b"]}""", false)]
    public void Merge_PairOfMatches_FitsOrConflicts(string root, string leaf, bool fits) =>
        Assert.Equal(fits ? 1 : 0, Merge($$"""{"match":[{{root}}]}""", $$"""{"match":[{{leaf}}]}""").Count);

    [Fact]
    public void Merge_Matches_AreUnitedAndTheDelegatesGoFirst()
    {
        var match = Assert.Single(Assert.Single(Merge(
            """{"match":[{"name":"r","uri":{"prefix":"/a"},"headers":{"x":{"exact":"1"}},"sourceLabels":{"l":"1"},"port":80}]}""",
            """{"match":[{"name":"l","uri":{"prefix":"/a/b"},"headers":{"y":{"exact":"2"}},"sourceLabels":{"m":"2"}}]}""")).Match);
        Assert.Equal(("r-l", "/a/b", 80u), (match.Name, match.Uri.Prefix, match.Port));
        Assert.Equal(["x", "y"], match.Headers.Keys.Order());
        Assert.Equal(["l", "m"], match.SourceLabels.Keys.Order());
    }

    [Fact]
    public void Merge_EveryPairThatFits_IsAMatch() => Assert.Equal(
        2,
        Assert.Single(Merge(
            """{"match":[{"uri":{"prefix":"/a"}},{"uri":{"prefix":"/b"}}]}""",
            """{"match":[{"uri":{"prefix":"/a/x"}},{"uri":{"prefix":"/b/x"}}]}""")).Match.Count);

    [Fact]
    public void Merge_OneMatchOfTheDelegateFitsNowhere_DropsItsRoute() =>
        Assert.Empty(Merge("""{"match":[{"uri":{"prefix":"/a"}}]}""", """{"match":[{"uri":{"prefix":"/a/x"}},{"uri":{"prefix":"/c"}}]}"""));

    [Theory]
    [InlineData("""{"match":[{"port":80}]}""", "{}")]
    [InlineData("{}", """{"match":[{"port":80}]}""")]
    public void Merge_OneSideWithoutMatches_TakesTheOthers(string root, string leaf) => Assert.Equal(80u, Assert.Single(Merge(root, leaf)).Match[0].Port);

    [Theory]
    [InlineData("root", "leaf", "root-leaf")]
    [InlineData("root", "", "root")]
    [InlineData("", "leaf", "leaf")]
    public void Merge_Names_AreJoined(string root, string leaf, string expected) =>
        Assert.Equal(expected, Assert.Single(Merge($$"""{"name":"{{root}}"}""", $$"""{"name":"{{leaf}}"}""")).Name);

    [Fact]
    public void Merge_WhatTheDelegateLeavesOut_IsInherited()
    {
        var route = Assert.Single(Merge(
            """{"timeout":"1s","retries":{"attempts":3},"mirror":{"host":"m"},"mirrorPercentage":{"value":5},"headers":{"request":{"set":{"a":"1"}}}}""",
            """{"retries":{"attempts":1}}"""));
        Assert.Equal((1L, 1, "m", 5.0), (route.Timeout.Seconds, route.Retries.Attempts, route.Mirror.Host, route.MirrorPercentage.Value));
        Assert.Equal("1", route.Headers.Request.Set["a"]);
    }

    [Fact]
    public void Merge_MatchesThatWouldMultiplyBeyondMeasure_AreLeftOut()
    {
        var many = $$"""{"match":[{{string.Join(',', Enumerable.Repeat("{}", 100))}}]}""";
        Assert.Empty(Merge(many, many));
    }

    [Fact]
    public void Merge_Delegates_AreNotWrittenTo()
    {
        var (root, leaf) = (Route("""{"timeout":"1s"}"""), Route("{}"));
        Assert.Single(DelegateMerge.Merge(root, [leaf]));
        Assert.Null(leaf.Timeout);
    }

    private static List<HTTPRoute> Merge(string root, string leaf) => [.. DelegateMerge.Merge(Route(root), [Route(leaf)])];

    private static HTTPRoute Route(string json) => ProtoJson.Parse<HTTPRoute>(json, []);
}
