using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace ControlPlane.Benchmarks.Load;

/// <summary>
/// One HTTP/2 connection with one gRPC stream, cheap enough to hold thousands in a process: it grants the server the largest
/// windows, sends small requests, and hands out whole gRPC messages. Only what a load client needs; not a general client.
/// </summary>
internal sealed class Http2Connection : IDisposable
{
    private const int FrameHeader = 9;
    private const int MaxFrame = 16384;
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SemaphoreSlim _writing = new(1, 1);
    private Stream _stream = Stream.Null;
    private byte[] _message = [];
    private int _messageLength;
    private int _unacknowledged;

    /// <summary>Bytes received at the socket so far.</summary>
    public long BytesReceived { get; private set; }

    public async Task ConnectAsync(IPEndPoint address, string path, ClientSecurity? security = null)
    {
        await _socket.ConnectAsync(address);
        _stream = new NetworkStream(_socket, ownsSocket: true);
        if (security is not null)
        {
            var tls = new SslStream(_stream);
            _stream = tls;
            await tls.AuthenticateAsClientAsync(security.Tls);
        }

        var hello = new List<byte>();
        hello.AddRange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        // SETTINGS: no push, the largest initial window.
        AddFrame(hello, 4, 0, 0, [0, 2, 0, 0, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff]);
        AddFrame(hello, 8, 0, 0, [0x7f, 0xff, 0x00, 0x00]);
        AddFrame(hello, 1, 0x4, 1, Headers(address, path, security));
        await SendAllAsync(hello.ToArray());
    }

    /// <summary>Sends one gRPC message on the stream.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> body)
    {
        var framed = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), body.Length);
        body.CopyTo(framed.AsMemory(5));
        var bytes = new List<byte>(framed.Length + FrameHeader);
        for (var at = 0; at < framed.Length; at += MaxFrame)
            AddFrame(bytes, 0, 0, 1, framed.AsSpan(at, Math.Min(MaxFrame, framed.Length - at)));
        await SendAllAsync(bytes.ToArray());
    }

    /// <summary>Receives until the stream ends; calls back with every whole gRPC message. Returns grpc end state as text, "" when the socket closed.</summary>
    public async Task ReceiveAsync(Action<ReadOnlyMemory<byte>> onMessage)
    {
        var buffer = new byte[4096];
        var have = 0;
        while (true)
        {
            int read;
            try
            {
                // A zero-byte read first: an idle connection holds no large buffer.
                if (_stream is NetworkStream)
                    await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                if (_socket.Available > buffer.Length - have && buffer.Length < 1 << 18)
                    Array.Resize(ref buffer, 1 << 18);
                read = await _stream.ReadAsync(buffer.AsMemory(have));
            }
            catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
            {
                return;
            }

            if (read == 0)
                return;
            BytesReceived += read;
            have += read;
            var used = 0;
            while (have - used >= FrameHeader)
            {
                var length = (buffer[used] << 16) | (buffer[used + 1] << 8) | buffer[used + 2];
                if (have - used < FrameHeader + length)
                {
                    if (FrameHeader + length > buffer.Length)
                        Array.Resize(ref buffer, FrameHeader + length);
                    break;
                }

                if (!await OnFrameAsync(buffer[used + 3], buffer[used + 4], buffer.AsMemory(used + FrameHeader, length), onMessage))
                    return;
                used += FrameHeader + length;
            }

            buffer.AsSpan(used, have - used).CopyTo(buffer);
            have -= used;
            if (have == 0 && buffer.Length > 4096)
                buffer = new byte[4096];
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task<bool> OnFrameAsync(byte type, byte flags, ReadOnlyMemory<byte> payload, Action<ReadOnlyMemory<byte>> onMessage)
    {
        switch (type)
        {
            case 0:
                Append(payload.Span, onMessage);
                _unacknowledged += payload.Length;
                if (_unacknowledged > 1 << 28)
                {
                    var bytes = new List<byte>();
                    var increment = new byte[4];
                    BinaryPrimitives.WriteInt32BigEndian(increment, _unacknowledged);
                    AddFrame(bytes, 8, 0, 0, increment);
                    AddFrame(bytes, 8, 0, 1, increment);
                    _unacknowledged = 0;
                    await SendAllAsync(bytes.ToArray());
                }

                return true;
            case 1:
                return (flags & 1) == 0;
            case 3 or 7:
                return false;
            case 4 when (flags & 1) == 0:
                await SendAllAsync(Frame(4, 1, 0, []));
                return true;
            case 6 when (flags & 1) == 0:
                await SendAllAsync(Frame(6, 1, 0, payload.Span));
                return true;
            default:
                return true;
        }
    }

    private void Append(ReadOnlySpan<byte> data, Action<ReadOnlyMemory<byte>> onMessage)
    {
        if (_messageLength + data.Length > _message.Length)
            Array.Resize(ref _message, Math.Max(_messageLength + data.Length, Math.Min(_message.Length * 2, 1 << 24)));
        data.CopyTo(_message.AsSpan(_messageLength));
        _messageLength += data.Length;
        var used = 0;
        while (_messageLength - used >= 5)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(_message.AsSpan(used + 1));
            if (_messageLength - used < 5 + length)
                break;
            onMessage(_message.AsMemory(used + 5, length));
            used += 5 + length;
        }

        _message.AsSpan(used, _messageLength - used).CopyTo(_message);
        _messageLength -= used;
        if (_messageLength == 0)
            _message = [];
    }

    private async Task SendAllAsync(byte[] bytes)
    {
        await _writing.WaitAsync();
        try
        {
            await _stream.WriteAsync(bytes);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // The peer is gone; the receiving side notices.
        }
        finally
        {
            _writing.Release();
        }
    }

    private static byte[] Headers(IPEndPoint address, string path, ClientSecurity? security)
    {
        var block = new List<byte> { 0x83, (byte)(security is null ? 0x86 : 0x87) }; // :method POST, :scheme http or https
        AddHeader(block, ":path", path);
        AddHeader(block, ":authority", address.ToString());
        AddHeader(block, "content-type", "application/grpc");
        AddHeader(block, "te", "trailers");
        if (security is { Token.Length: > 0 })
            AddHeader(block, "authorization", "Bearer " + security.Token);
        return [.. block];
    }

    private static void AddHeader(List<byte> block, string name, string value)
    {
        block.Add(0); // literal without indexing, new name
        AddText(block, name);
        AddText(block, value);
    }

    private static void AddText(List<byte> block, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        if (bytes.Length >= 127)
        {
            block.Add(127);
            var rest = bytes.Length - 127;
            for (; rest >= 128; rest >>= 7)
                block.Add((byte)((rest & 127) | 128));
            block.Add((byte)rest);
        }
        else
        {
            block.Add((byte)bytes.Length);
        }

        block.AddRange(bytes);
    }

    private static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var bytes = new List<byte>(FrameHeader + payload.Length);
        AddFrame(bytes, type, flags, stream, payload);
        return [.. bytes];
    }

    private static void AddFrame(List<byte> to, byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        to.AddRange([(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags]);
        to.AddRange([(byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream]);
        to.AddRange(payload);
    }
}
