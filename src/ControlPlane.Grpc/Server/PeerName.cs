using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Grpc.Server;

/// <summary>Writes addresses as gRPC does: <c>ipv4:10.0.0.1:80</c>, <c>ipv6:[::1]:80</c>, <c>unix:/path</c>.</summary>
internal static class PeerName
{
    public static string Of(EndPoint? endPoint) => endPoint switch
    {
        IPEndPoint ip => Of(ip.Address, ip.Port),
        UnixDomainSocketEndPoint unix => "unix:" + unix,
        null => "unknown",
        _ => endPoint.ToString() ?? "unknown",
    };

    public static string Of(IPAddress? address, int port)
    {
        if (address is null)
        {
            return "unknown";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetwork
            ? string.Create(CultureInfo.InvariantCulture, $"ipv4:{address}:{port}")
            : string.Create(CultureInfo.InvariantCulture, $"ipv6:[{address}]:{port}");
    }
}
