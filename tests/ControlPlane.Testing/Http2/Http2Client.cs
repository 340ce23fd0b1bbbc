using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace ControlPlane.Testing.Http2;

/// <summary>
/// An HTTP/2 client frame by frame (RFC 9113), for what no library does: wrong frames, not reading, no window updates. It reads only
/// when it is asked to, and keeps what came on each stream.
/// </summary>
public sealed class Http2Client : IAsyncDisposable
{
    private const int TranscriptLength = 40;

    private readonly Http2ClientOptions _options;
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Dictionary<int, ReceivedStream> _streams = [];
    private readonly Queue<string> _transcript = [];
    private readonly HeaderBlockDecoder _decoder;
    private readonly List<byte> _block = [];
    private bool _blockEndsStream;
    private long _pings;

    private Http2Client(Socket socket, Stream stream, Http2ClientOptions options)
    {
        _socket = socket;
        _stream = stream;
        _options = options;
        var table = options.Settings.Where(static s => s.Id == Setting.HeaderTableSize).Select(static s => (int?)s.Value).LastOrDefault();
        _decoder = new HeaderBlockDecoder(table ?? 4096);
    }

    /// <summary>The first settings of the server; null before they came.</summary>
    public Dictionary<Setting, uint>? ServerSettings { get; private set; }

    /// <summary>The last GOAWAY; null without one.</summary>
    public ReceivedFrame? GoAway { get; private set; }

    /// <summary>The last window updates in bytes, summed by stream (0 is the connection's).</summary>
    public Dictionary<int, long> WindowUpdates { get; } = [];

    /// <summary>Whether the server has closed or reset the connection.</summary>
    public bool Closed { get; private set; }

    /// <summary>Whether the server has closed its direction in an orderly way: end of data, not a reset.</summary>
    public bool ClosedOrderly { get; private set; }

    public EndPoint LocalEndPoint => _socket.LocalEndPoint!;

    /// <summary>The last frames that came, for messages of failed tests.</summary>
    public string Transcript => string.Join("\n", _transcript);

    public static async Task<Http2Client> ConnectAsync(IPEndPoint server, Http2ClientOptions? options = null)
    {
        options ??= new Http2ClientOptions();
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (options.ReceiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(server);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (options.Tls)
        {
            var secure = new SslStream(stream);
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                ClientCertificates = options.Certificate is { } certificate ? [certificate] : null,
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            });
            stream = secure;
        }

        var client = new Http2Client(socket, stream, options);
        if (options.Preface)
            await client.SendPrefaceAsync();
        return client;
    }

    public Task SendPrefaceAsync()
    {
        (Setting, uint)[] settings = _options.UnlimitedWindows ? [(Setting.InitialWindowSize, Frame.MaxWindow), .. _options.Settings] : _options.Settings;
        return _options.UnlimitedWindows
            ? SendAsync(Frame.Preface, Frame.Settings(settings), Frame.WindowUpdate(0, Frame.MaxWindow - Frame.DefaultWindow))
            : SendAsync(Frame.Preface, Frame.Settings(settings));
    }

    /// <summary>Sends bytes in one write.</summary>
    /// <exception cref="IOException">The server has closed the connection.</exception>
    public async Task SendAsync(params byte[][] frames)
    {
        await _sending.WaitAsync();
        try
        {
            using var limit = new CancellationTokenSource(_options.Patience);
            await _stream.WriteAsync(frames.Length == 1 ? frames[0] : [.. frames.SelectMany(static f => f)], limit.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends bytes that the server may refuse: what became of them. After Blocked the connection is of no more use for sending.</summary>
    public async Task<SendOutcome> TrySendAsync(byte[] bytes, TimeSpan patience)
    {
        await _sending.WaitAsync();
        try
        {
            using var limit = new CancellationTokenSource(patience);
            await _stream.WriteAsync(bytes, limit.Token);
            return SendOutcome.Sent;
        }
        catch (OperationCanceledException)
        {
            return SendOutcome.Blocked;
        }
        catch (IOException)
        {
            return SendOutcome.Closed;
        }
        finally
        {
            _sending.Release();
        }
    }

    public Task SendRequestAsync(int stream, IEnumerable<HeaderField> fields, bool end = true) => SendAsync(Frame.Headers(stream, fields, end));

    /// <summary>Sends a gRPC message without compression.</summary>
    public Task SendMessageAsync(int stream, byte[] message, bool end = false)
    {
        var head = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), message.Length);
        return SendAsync(Frame.Data(stream, [.. head, .. message], end));
    }

    /// <summary>Ends this direction of the connection; the server can still send.</summary>
    public void ShutdownSend() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Breaks the connection by a TCP reset.</summary>
    public void Break()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>What has come on a stream.</summary>
    public ReceivedStream Stream(int stream) =>
        _streams.TryGetValue(stream, out var known) ? known : _streams[stream] = new ReceivedStream();

    /// <summary>The next frame, or null when the server has closed or reset the connection.</summary>
    /// <exception cref="TimeoutException">None came in time.</exception>
    public async Task<ReceivedFrame?> ReadFrameAsync()
    {
        using var limit = new CancellationTokenSource(_options.Patience);
        try
        {
            var head = new byte[Frame.HeadLength];
            await _stream.ReadExactlyAsync(head, limit.Token);
            var payload = new byte[head[0] << 16 | BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1))];
            await _stream.ReadExactlyAsync(payload, limit.Token);
            var frame = new ReceivedFrame((FrameType)head[3], (FrameFlags)head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
            await ReceiveAsync(frame);
            return frame;
        }
        catch (Exception e) when (e is EndOfStreamException or IOException)
        {
            Closed = true;
            ClosedOrderly = e is EndOfStreamException;
            return null;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No frame within {_options.Patience}. Came:\n{Transcript}");
        }
    }

    /// <summary>Reads frames until something holds.</summary>
    /// <exception cref="InvalidOperationException">The server closed the connection first.</exception>
    public async Task ReadUntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            if (await ReadFrameAsync() is null)
                throw new InvalidOperationException($"The server closed the connection. Came:\n{Transcript}");
        }
    }

    /// <summary>Reads up to the first frame that fits.</summary>
    /// <exception cref="InvalidOperationException">The server closed the connection first.</exception>
    public async Task<ReceivedFrame> WaitForAsync(Func<ReceivedFrame, bool> fits) =>
        await FindAsync(fits) ?? throw new InvalidOperationException($"The server closed the connection. Came:\n{Transcript}");

    /// <summary>Reads up to the first frame that fits; null where the server closes first.</summary>
    public async Task<ReceivedFrame?> FindAsync(Func<ReceivedFrame, bool> fits)
    {
        while (await ReadFrameAsync() is { } frame)
        {
            if (fits(frame))
                return frame;
        }

        return null;
    }

    /// <summary>Reads until a stream is over.</summary>
    public async Task<ReceivedStream> ReadStreamAsync(int stream)
    {
        await ReadUntilAsync(() => Stream(stream).Over);
        return Stream(stream);
    }

    /// <summary>Reads until the server has closed the connection.</summary>
    public async Task ReadToEndAsync()
    {
        while (await ReadFrameAsync() is not null)
        {
        }
    }

    /// <summary>Sends a PING and reads up to its answer: all frames sent before have been processed.</summary>
    public async Task PingAsync()
    {
        var ping = Frame.Ping(0x7069_6E67_0000_0000 + ++_pings);
        await SendAsync(ping);
        await WaitForAsync(f => f.Type == FrameType.Ping && f.Has(FrameFlags.Acknowledge) && f.Payload.AsSpan().SequenceEqual(ping.AsSpan(Frame.HeadLength)));
    }

    /// <summary>The bytes up to the end of the connection, for answers that are no frames.</summary>
    public async Task<byte[]> ReadBytesToEndAsync()
    {
        using var limit = new CancellationTokenSource(_options.Patience);
        using var bytes = new MemoryStream();
        try
        {
            await _stream.CopyToAsync(bytes, limit.Token);
        }
        catch (IOException)
        {
            // A reset ends it too.
        }

        return bytes.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _stream.DisposeAsync();
        }
        catch (IOException)
        {
            // TLS tells the other side, which may be gone.
        }

        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task ReceiveAsync(ReceivedFrame frame)
    {
        if (_transcript.Count == TranscriptLength)
            _transcript.Dequeue();
        _transcript.Enqueue(frame.ToString());
        switch (frame.Type)
        {
            case FrameType.Settings when !frame.Has(FrameFlags.Acknowledge):
                ServerSettings ??= frame.ReadSettings();
                if (_options.Acknowledge)
                    await AnswerAsync(Frame.SettingsAcknowledgement());
                break;
            case FrameType.Ping when !frame.Has(FrameFlags.Acknowledge):
                if (_options.AnswerPings)
                    await AnswerAsync(Frame.Build(FrameType.Ping, FrameFlags.Acknowledge, 0, frame.Payload));
                break;
            case FrameType.GoAway:
                GoAway = frame;
                break;
            case FrameType.WindowUpdate:
                WindowUpdates[frame.Stream] = WindowUpdates.GetValueOrDefault(frame.Stream) + frame.Number;
                break;
            case FrameType.ResetStream:
                Stream(frame.Stream).Reset = frame.Error;
                break;
            case FrameType.Data:
                Stream(frame.Stream).Add(frame.Payload);
                Stream(frame.Stream).Ended |= frame.Has(FrameFlags.EndStream);
                break;
            case FrameType.Headers or FrameType.Continuation:
                ReceiveFields(frame);
                break;
        }
    }

    private async Task AnswerAsync(byte[] frame)
    {
        try
        {
            await SendAsync(frame);
        }
        catch (IOException)
        {
            // The server has closed the connection; what it sent before can still be read.
        }
    }

    private void ReceiveFields(ReceivedFrame frame)
    {
        if (frame.Type == FrameType.Headers)
            _blockEndsStream = frame.Has(FrameFlags.EndStream);
        _block.AddRange(frame.Payload);
        if (!frame.Has(FrameFlags.EndHeaders))
            return;
        Stream(frame.Stream).Add(_decoder.Decode([.. _block]));
        Stream(frame.Stream).Ended |= _blockEndsStream;
        _block.Clear();
    }
}
