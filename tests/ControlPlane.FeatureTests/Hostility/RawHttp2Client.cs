using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace ControlPlane.FeatureTests.Hostility;

/// <summary>HTTP/2 frame by frame, for what no library does.</summary>
internal sealed class RawHttp2Client : IAsyncDisposable
{
    public const byte Headers = 1, Reset = 3, Settings = 4, GoAway = 7;
    public const byte EndHeaders = 4;
    private const int HeadLength = 9;

    private readonly Stream _stream;

    private RawHttp2Client(Stream stream) => _stream = stream;

    /// <param name="address">Where to.</param>
    /// <param name="tls">Whether over TLS, without asking who the server is.</param>
    public static async Task<RawHttp2Client> ConnectAsync(IPEndPoint address, bool tls = false)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (tls)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost", ApplicationProtocols = [SslApplicationProtocol.Http2], RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            });
            stream = secure;
        }

        var client = new RawHttp2Client(stream);
        await client.SendAsync([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])]);
        return client;
    }

    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeadLength + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(HeadLength));
        return frame;
    }

    /// <summary>The headers of a gRPC call, none of them remembered by HPACK (RFC 7541, 6.2.2).</summary>
    public static byte[] CallHeaders(string path)
    {
        var block = new List<byte>();
        foreach (var (name, value) in new[] { (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers") })
            block.AddRange([0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)]);
        return [.. block];
    }

    public ValueTask SendAsync(byte[] bytes) => _stream.WriteAsync(bytes);

    /// <summary>Reads frames until one fits; null where the server closes first.</summary>
    public async Task<(byte Type, int Stream, byte[] Payload)?> ReadAsync(Func<byte, int, bool> fits)
    {
        try
        {
            var head = new byte[HeadLength];
            while (true)
            {
                await _stream.ReadExactlyAsync(head);
                var payload = new byte[(head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1))];
                await _stream.ReadExactlyAsync(payload);
                var stream = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5));
                if (fits(head[3], stream))
                    return (head[3], stream, payload);
            }
        }
        catch (Exception fault) when (fault is EndOfStreamException or IOException)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
