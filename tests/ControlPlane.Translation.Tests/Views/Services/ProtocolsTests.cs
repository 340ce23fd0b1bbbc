using ControlPlane.Translation.Views.Services;

namespace ControlPlane.Translation.Tests.Views.Services;

public class ProtocolsTests
{
    [Theory]
    [InlineData(80, "http", null, Protocol.Http)]
    [InlineData(80, "HTTP-web", null, Protocol.Http)]
    [InlineData(80, "http2-a", null, Protocol.Http2)]
    [InlineData(80, "grpc-web-b", null, Protocol.GrpcWeb)]
    [InlineData(80, "grpc-webx", null, Protocol.GrpcWeb)]
    [InlineData(80, "grpc-a", null, Protocol.Grpc)]
    [InlineData(80, "http_proxy", null, Protocol.HttpProxy)]
    [InlineData(80, "httpx", null, Protocol.Auto)]
    [InlineData(80, "http1-a", null, Protocol.Auto)]
    [InlineData(80, "hbone", null, Protocol.Auto)]
    [InlineData(3306, "sql", null, Protocol.Tcp)]
    [InlineData(3306, "http", null, Protocol.Http)]
    [InlineData(27017, "", "", Protocol.Tcp)]
    [InlineData(80, "http", "", Protocol.Auto)]
    [InlineData(80, "tcp", "kubernetes.io/h2c", Protocol.Http2)]
    [InlineData(80, "tcp", "kubernetes.io/ws", Protocol.Http)]
    [InlineData(80, "tcp", "kubernetes.io/wss", Protocol.Https)]
    [InlineData(80, "tcp", "example.com/http", Protocol.Auto)]
    [InlineData(80, "tcp", "udp", Protocol.Udp)]
    [InlineData(80, "mysql-a", null, Protocol.MySql)]
    public void OfKubernetesPort_NameAndAppProtocol_FollowsIstiosWords(int port, string name, string? appProtocol, Protocol expected) =>
        Assert.Equal(expected, Protocols.OfKubernetesPort(port, name, "TCP", appProtocol));

    [Fact]
    public void OfKubernetesPort_UdpTransport_IsUdpWhateverTheName() =>
        Assert.Equal(Protocol.Udp, Protocols.OfKubernetesPort(53, "http", "UDP", "http"));

    [Fact]
    public void OfKubernetesPort_SctpTransport_IsReadLikeTcp() =>
        Assert.Equal(Protocol.Http, Protocols.OfKubernetesPort(80, "http", "SCTP", null));

    [Fact]
    public void Families_EveryProtocol_IsInExactlyOneOrNone()
    {
        foreach (var protocol in Enum.GetValues<Protocol>())
        {
            var families = (protocol.IsHttp() ? 1 : 0) + (protocol.IsTcp() ? 1 : 0);
            Assert.Equal(protocol is Protocol.Auto or Protocol.Udp ? 0 : 1, families);
        }
    }
}
