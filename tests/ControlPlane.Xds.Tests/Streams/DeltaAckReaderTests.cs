using System.Buffers;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Streams;
using ControlPlane.Xds.Subscriptions;
using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;

namespace ControlPlane.Xds.Tests.Streams;

/// <summary>The short way of an ACK says what the long way says, or nothing.</summary>
public class DeltaAckReaderTests
{
    [Fact]
    public void Ack_OfEachType_IsReadAsByTheGeneratedMessage()
    {
        foreach (var type in XdsTypes.All)
        {
            var message = new DeltaDiscoveryRequest { TypeUrl = type.TypeUrl(), ResponseNonce = "44f74d1da839379d.1f.2a" };
            var read = DeltaAckReader.TryRead(Bytes(message));
            Assert.NotNull(read);
            AssertSame(RequestReader.Read(message), read);
        }
    }

    public static TheoryData<DeltaDiscoveryRequest> Others { get; } = new()
    {
        new DeltaDiscoveryRequest(),
        new DeltaDiscoveryRequest { TypeUrl = XdsType.Cluster.TypeUrl() },
        new DeltaDiscoveryRequest { ResponseNonce = "1" },
        new DeltaDiscoveryRequest { TypeUrl = "type.googleapis.com/none", ResponseNonce = "1" },
        new DeltaDiscoveryRequest { TypeUrl = XdsType.Cluster.TypeUrl(), ResponseNonce = new string('1', 128) },
        new DeltaDiscoveryRequest { TypeUrl = XdsType.Cluster.TypeUrl(), ResponseNonce = "ü" },
        new DeltaDiscoveryRequest { Node = new Node { Id = "a" }, TypeUrl = XdsType.Cluster.TypeUrl(), ResponseNonce = "1" },
        new DeltaDiscoveryRequest { TypeUrl = XdsType.Cluster.TypeUrl(), ResponseNonce = "1", ResourceNamesSubscribe = { "a" } },
        new DeltaDiscoveryRequest { TypeUrl = XdsType.Cluster.TypeUrl(), ResponseNonce = "1", ResourceNamesUnsubscribe = { "a" } },
        new DeltaDiscoveryRequest { TypeUrl = XdsType.Cluster.TypeUrl(), ResponseNonce = "1", InitialResourceVersions = { ["a"] = "1" } },
        new DeltaDiscoveryRequest { TypeUrl = XdsType.Cluster.TypeUrl(), ResponseNonce = "1", ErrorDetail = new Google.Rpc.Status { Message = "no" } },
    };

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Request_ThatIsMoreOrLessThanAnAck_IsLeftToTheGeneratedMessage(DeltaDiscoveryRequest message) =>
        Assert.Null(DeltaAckReader.TryRead(Bytes(message)));

    [Fact]
    public void Ack_CutOrChangedAnywhere_IsReadAsByTheGeneratedMessageOrNotAtAll()
    {
        var bytes = new DeltaDiscoveryRequest { TypeUrl = XdsType.Endpoint.TypeUrl(), ResponseNonce = "7.1" }.ToByteArray();
        for (var at = 0; at < bytes.Length; at++)
        {
            Assert.Null(DeltaAckReader.TryRead(new ReadOnlySequence<byte>(bytes, 0, at)));
            for (var value = 0; value <= byte.MaxValue; value++)
            {
                var changed = (byte[])bytes.Clone();
                changed[at] = (byte)value;
                if (DeltaAckReader.TryRead(new ReadOnlySequence<byte>(changed)) is { } read)
                    AssertSame(RequestReader.Read(DeltaDiscoveryRequest.Parser.ParseFrom(changed)), read);
            }
        }
    }

    private static void AssertSame(IncomingRequest expected, IncomingRequest actual)
    {
        Assert.Equal((expected.Node, expected.TypeUrl, expected.Content.Nonce, expected.Content.Error), (actual.Node, actual.TypeUrl, actual.Content.Nonce, actual.Content.Error));
        var (e, a) = (Assert.IsType<DeltaRequest>(expected.Content), Assert.IsType<DeltaRequest>(actual.Content));
        Assert.Equal((e.Subscribe.Count, e.Unsubscribe.Count, e.InitialVersions.Count), (a.Subscribe.Count, a.Unsubscribe.Count, a.InitialVersions.Count));
    }

    private static ReadOnlySequence<byte> Bytes(DeltaDiscoveryRequest message) => new(message.ToByteArray());
}
