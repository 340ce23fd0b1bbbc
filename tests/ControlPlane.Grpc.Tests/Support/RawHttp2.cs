using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ControlPlane.Grpc.Tests.Support;

/// <summary>An HTTP/2 client frame by frame (RFC 9113), for what no library does: not reading, no window updates, watching GOAWAY.</summary>
public sealed class RawHttp2 : IAsyncDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;

    public const byte EndStream = 1;
    public const byte Acknowledge = 1;
    public const byte EndHeaders = 4;

    private const int MaxWindow = int.MaxValue;
    private const int DefaultWindow = 65_535;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    private RawHttp2(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Connects. With unlimited windows the server may send whatever the socket takes.</summary>
    public static async Task<RawHttp2> ConnectAsync(Uri server, bool unlimitedWindows = false, int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
        {
            socket.ReceiveBufferSize = size;
        }

        await socket.ConnectAsync(IPEndPoint.Parse(server.Authority));
        var connection = new RawHttp2(socket);
        await connection._stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        var settings = new byte[unlimitedWindows ? 6 : 0];
        if (unlimitedWindows)
        {
            // SETTINGS_INITIAL_WINDOW_SIZE is 4.
            BinaryPrimitives.WriteUInt16BigEndian(settings, 4);
            BinaryPrimitives.WriteInt32BigEndian(settings.AsSpan(2), MaxWindow);
        }

        await connection.SendAsync(Settings, 0, 0, settings);
        if (unlimitedWindows)
        {
            await connection.EnlargeWindowAsync(0, MaxWindow - DefaultWindow);
        }

        return connection;
    }

    public async Task SendAsync(byte type, byte flags, int streamId, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), streamId);
        payload.CopyTo(frame, 9);
        await _stream.WriteAsync(frame);
    }

    public Task EnlargeWindowAsync(int streamId, int increment)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, increment);
        return SendAsync(WindowUpdate, 0, streamId, payload);
    }

    /// <summary>Begins a call.</summary>
    public Task SendCallAsync(int streamId, string path)
    {
        var block = new MemoryStream();
        foreach (var (name, value) in new[]
        {
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "localhost"),
            ("content-type", "application/grpc"), ("te", "trailers"),
        })
        {
            // HPACK: literal field without indexing, new name, no Huffman (RFC 7541, 6.2.2). All lengths are below 127.
            block.WriteByte(0);
            Write(name);
            Write(value);
        }

        return SendAsync(Headers, EndHeaders, streamId, block.ToArray());

        void Write(string text)
        {
            block.WriteByte((byte)text.Length);
            block.Write(Encoding.ASCII.GetBytes(text));
        }
    }

    public Task SendMessageAsync(int streamId, byte[] payload, bool last = false) =>
        SendAsync(Data, last ? EndStream : (byte)0, streamId, RawCall.Frame(payload));

    /// <summary>The next frame, or null when the server has closed or reset the connection. Acknowledges settings.</summary>
    public async Task<RawFrame?> ReadFrameAsync()
    {
        try
        {
            var head = new byte[9];
            await _stream.ReadExactlyAsync(head);
            var payload = new byte[(head[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1))];
            await _stream.ReadExactlyAsync(payload);
            var frame = new RawFrame(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
            if (frame.Type == Settings && (frame.Flags & Acknowledge) == 0)
            {
                await SendAsync(Settings, Acknowledge, 0, []);
            }

            return frame;
        }
        catch (Exception e) when (e is EndOfStreamException or IOException)
        {
            return null;
        }
    }

    /// <summary>Reads up to the first frame that fits.</summary>
    public async Task<RawFrame> WaitForAsync(Func<RawFrame, bool> fits)
    {
        while (await ReadFrameAsync() is { } frame)
        {
            if (fits(frame))
            {
                return frame;
            }
        }

        throw new InvalidOperationException("The server closed the connection first.");
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }
}
