using ControlPlane.Translation.Envoy;
using ControlPlane.Translation.Envoy.Patches;
using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Http.Lua.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using RetryPolicy = Envoy.Config.Route.V3.RetryPolicy;

namespace ControlPlane.Translation.Tests.Envoy.Patches;

public sealed class MessageMergeTests
{
    [Fact]
    public void Into_Duration_IsReplacedAsAWhole()
    {
        var cluster = new Cluster { Name = "c", ConnectTimeout = new Duration { Seconds = 10, Nanos = 5 } };
        var merged = Merge(cluster, new Cluster { ConnectTimeout = new Duration { Nanos = 500_000_000 } });
        Assert.Equal(new Duration { Nanos = 500_000_000 }, merged.ConnectTimeout);
        Assert.Equal("c", merged.Name);
    }

    [Theory]
    [InlineData(false, new[] { "a", "b" })]
    [InlineData(true, new[] { "b" })]
    public void Into_List_GrowsOrIsReplaced(bool replaces, string[] expected)
    {
        var routes = new RouteConfiguration { Name = "r", RequestHeadersToRemove = { "a" }, InternalOnlyHeaders = { "stays" } };
        var merged = Merge(routes, new RouteConfiguration { RequestHeadersToRemove = { "b" } }, replaces);
        Assert.Equal(expected, merged.RequestHeadersToRemove);
        Assert.Equal(["stays"], merged.InternalOnlyHeaders);
    }

    [Fact]
    public void Into_NumbersOfAList_AllStay()
    {
        var policy = new RetryPolicy { RetriableStatusCodes = { 503, 504 } };
        Assert.Equal([503u, 504u, 500u], Merge(policy, new RetryPolicy { RetriableStatusCodes = { 500 } }).RetriableStatusCodes);
    }

    [Fact]
    public void Into_MapEntry_IsReplaced_OthersStay()
    {
        var metadata = new Metadata();
        metadata.FilterMetadata.Add("a", new Struct { Fields = { { "x", Value.ForString("1") }, { "y", Value.ForString("2") } } });
        metadata.FilterMetadata.Add("b", new Struct());
        var patch = new Metadata();
        patch.FilterMetadata.Add("a", new Struct { Fields = { { "x", Value.ForString("3") } } });
        var merged = Merge(metadata, patch);
        Assert.Equal(["a", "b"], merged.FilterMetadata.Keys.Order());
        Assert.Equal(new Struct { Fields = { { "x", Value.ForString("3") } } }, merged.FilterMetadata["a"]);
    }

    [Fact]
    public void Into_OtherMemberOfAOneof_TakesThePlace()
    {
        var action = new RouteAction { Cluster = "a" };
        var merged = Merge(action, new RouteAction { WeightedClusters = new WeightedCluster { Clusters = { new WeightedCluster.Types.ClusterWeight { Name = "b" } } } });
        Assert.Equal(RouteAction.ClusterSpecifierOneofCase.WeightedClusters, merged.ClusterSpecifierCase);
        // The bytes hold no trace of the former: who prints them without reading the message sees one alone.
        Assert.DoesNotContain("\"cluster\"", ProtoJson.Print(merged), StringComparison.Ordinal);
    }

    [Fact]
    public void Into_SameMemberOfAOneof_IsMergedLikeAnyMessage()
    {
        var route = new Route { Name = "r", Route_ = new RouteAction { Cluster = "a", Timeout = new Duration() } };
        var merged = Merge(route, new Route { Route_ = new RouteAction { PrefixRewrite = "/x" } });
        Assert.Equal(("a", "/x"), (merged.Route_.Cluster, merged.Route_.PrefixRewrite));
        Assert.NotNull(merged.Route_.Timeout);
    }

    [Fact]
    public void Into_WrappedZero_ChangesNothing()
    {
        // As with istiod: the zero of a wrapped value is not on the wire.
        var routes = new RouteConfiguration { ValidateClusters = true };
        Assert.True(Merge(routes, new RouteConfiguration { ValidateClusters = false }).ValidateClusters);
        Assert.True(Merge(new RouteConfiguration { ValidateClusters = false }, new RouteConfiguration { ValidateClusters = true }).ValidateClusters);
    }

    [Fact]
    public void Content_OfOneType_IsMerged_WithWhatNobodyKnows()
    {
        var unknown = new UnknownField(4000, 7);
        var target = ProtoJson.Pack(new Router { SuppressEnvoyHeaders = true });
        target.Value = ByteString.CopyFrom([.. target.Value, .. unknown.Bytes]);
        var merged = MessageMerge.Content(target, ProtoJson.Pack(new Router { StartChildSpan = true }))!;
        var router = ProtoJson.Unpack<Router>(merged);
        Assert.True(router.SuppressEnvoyHeaders && router.StartChildSpan);
        Assert.True(merged.Value.Span.IndexOf(unknown.Bytes) >= 0);
    }

    [Fact]
    public void Content_OfDifferentTypes_IsNone()
    {
        Assert.Null(MessageMerge.Content(ProtoJson.Pack(new Router()), ProtoJson.Pack(new Lua())));
        Assert.Null(MessageMerge.Content(new Any { TypeUrl = "type.googleapis.com/no.Such" }, new Any { TypeUrl = "type.googleapis.com/no.Such" }));
    }

    private static T Merge<T>(T target, T patch, bool replaces = false)
        where T : IMessage<T>, new() => MessageMerge.Into(target, patch.ToByteString(), replaces);

    private sealed record UnknownField(int Number, uint Value)
    {
        public byte[] Bytes
        {
            get
            {
                var bytes = new byte[CodedOutputStream.ComputeTagSize(Number) + CodedOutputStream.ComputeUInt32Size(Value)];
                using var output = new CodedOutputStream(bytes);
                output.WriteTag(Number, WireFormat.WireType.Varint);
                output.WriteUInt32(Value);
                output.CheckNoSpaceLeft();
                return bytes;
            }
        }
    }
}
