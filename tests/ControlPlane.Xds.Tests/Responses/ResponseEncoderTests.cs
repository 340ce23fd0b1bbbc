using System.Buffers;
using ControlPlane.Grpc;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Responses;
using ControlPlane.Xds.Subscriptions;
using ControlPlane.Xds.Tests.Support;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;

namespace ControlPlane.Xds.Tests.Responses;

public sealed class ResponseEncoderTests
{
    private static readonly EncodedResource[] Two = [TestResource.Cluster("a"), TestResource.Cluster("b", new string('x', 300))];

    [Fact]
    public void Encode_Delta_ParsesAsDeltaDiscoveryResponse()
    {
        var plan = new ResponsePlan(XdsType.Cluster, XdsVariant.Delta, Two, ["y", "z"]);
        var response = DeltaDiscoveryResponse.Parser.ParseFrom(Write(plan, "{\"Component\":\"istiod\"}", "n-1"));
        Assert.Equal("n-1", response.Nonce);
        Assert.Equal(XdsType.Cluster.TypeUrl(), response.TypeUrl);
        Assert.Equal(plan.Version, response.SystemVersionInfo);
        Assert.Equal(["y", "z"], response.RemovedResources);
        Assert.Equal("{\"Component\":\"istiod\"}", response.ControlPlane.Identifier);
        Assert.Equal(["a", "b"], response.Resources.Select(r => r.Name));
        Assert.Equal(Two.Select(r => r.Version), response.Resources.Select(r => r.Version));
        Assert.All(response.Resources.Zip(Two), p => Assert.Equal(p.Second.Body.ToArray(), p.First.Resource_.Value.ToByteArray()));
        Assert.All(response.Resources, r => Assert.Equal(XdsType.Cluster.TypeUrl(), r.Resource_.TypeUrl));
    }

    [Fact]
    public void Encode_Sotw_ParsesAsDiscoveryResponse()
    {
        var plan = new ResponsePlan(XdsType.Listener, XdsVariant.StateOfTheWorld, Two, []);
        var response = DiscoveryResponse.Parser.ParseFrom(Write(plan, "", "n-2"));
        Assert.Equal("n-2", response.Nonce);
        Assert.Equal(XdsType.Listener.TypeUrl(), response.TypeUrl);
        Assert.Equal(plan.Version, response.VersionInfo);
        Assert.Null(response.ControlPlane);
        Assert.All(response.Resources.Zip(Two), p => Assert.Equal(p.Second.Body.ToArray(), p.First.Value.ToByteArray()));
    }

    [Fact]
    public void Encode_EmptyPlan_ParsesWithoutResources()
    {
        var plan = new ResponsePlan(XdsType.Listener, XdsVariant.Delta, [], []);
        var response = DeltaDiscoveryResponse.Parser.ParseFrom(Write(plan, "", "n-3"));
        Assert.Empty(response.Resources);
        Assert.Equal("n-3", response.Nonce);
    }

    [Fact]
    public void Encode_ToASharingWriter_HandsOverTheBytesOfResourcesThemselves()
    {
        var writer = new SharingWriter();
        EncodedResource[] large = [.. Two, TestResource.Cluster("c", new string('x', 5_000))];
        new ResponseEncoder("").Encode(new ResponsePlan(XdsType.Cluster, XdsVariant.Delta, large, [])).WriteTo(writer);
        Assert.All(large, r => Assert.Contains(writer.Segments, s => s.Equals(r.Body)));
    }

    [Fact]
    public void Encode_SmallToASharingWriter_HandsOverTheSameBytesInOnePieceEachTime()
    {
        var body = new ResponseEncoder("").Encode(new ResponsePlan(XdsType.Cluster, XdsVariant.Delta, Two, []));
        var (first, second) = (new SharingWriter(), new SharingWriter());
        body.WriteTo(first);
        body.WriteTo(second);
        Assert.Equal(body.Length, Assert.Single(first.Segments).Length);
        Assert.Equal(first.Segments, second.Segments);
    }

    [Fact]
    public void Encode_SamePlanTwice_EncodesOnce()
    {
        var encoder = new ResponseEncoder("");
        var plan = new ResponsePlan(XdsType.Cluster, XdsVariant.Delta, Two, []);
        Assert.Same(encoder.Encode(plan), encoder.Encode(plan));
    }

    [Theory]
    [InlineData(XdsType.Endpoint)]
    [InlineData(XdsType.Route)]
    public void EmptyResource_OfAnyName_IsThatNameAlone(XdsType type)
    {
        var name = new string('n', 200);
        var body = EmptyResources.Create(type, name).Body.ToArray();
        if (type == XdsType.Route)
            Assert.Equal(new Envoy.Config.Route.V3.RouteConfiguration { Name = name }.ToByteArray(), body);
        else
            Assert.Equal(new Envoy.Config.Endpoint.V3.ClusterLoadAssignment { ClusterName = name }.ToByteArray(), body);
    }

    private static byte[] Write(ResponsePlan plan, string identifier, string nonce)
    {
        var body = new ResponseEncoder(identifier).Encode(plan);
        var target = new ArrayBufferWriter<byte>();
        body.WriteTo(target);
        Assert.Equal(body.Length, target.WrittenCount);
        var size = ResponseEncoder.NonceSize(nonce);
        Assert.Equal(size, ResponseEncoder.WriteNonce(target.GetSpan(size), nonce));
        target.Advance(size);
        return target.WrittenSpan.ToArray();
    }

    private sealed class SharingWriter : IBufferWriter<byte>, ISharedSegmentWriter
    {
        public List<ReadOnlyMemory<byte>> Segments { get; } = [];

        public void WriteShared(ReadOnlyMemory<byte> segment) => Segments.Add(segment);

        public void Advance(int count) => throw new InvalidOperationException("a copy");

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new InvalidOperationException("a copy");

        public Span<byte> GetSpan(int sizeHint = 0) => throw new InvalidOperationException("a copy");
    }
}
