using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Http2.Tests.Properties;

/// <summary>Windows that open and shrink at random while answers run. The seed of a run that fails is in FsCheck's message.</summary>
public sealed class WindowTests(SampleServer server) : IClassFixture<SampleServer>
{
    private const int Streams = 5;

    [Fact]
    public void Windows_OpenedAndShrunkAtRandom_NeverOverrunAndAllBytesCome() =>
        Prop.ForAll<ushort[], (bool Setting, byte Stream, ushort Size)[], ushort>((lengths, acts, window) => RunAsync(lengths, acts, window).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(60));

    private async Task<bool> RunAsync(ushort[] lengths, (bool Setting, byte Stream, ushort Size)[] acts, ushort window)
    {
        await using var client = await server.ConnectAsync(new Http2ClientOptions { Settings = [(Setting.InitialWindowSize, window)] });
        var books = new Books(window);
        var bodies = Enumerable.Range(0, Streams).Select(i => Bytes(lengths.ElementAtOrDefault(i), i)).ToArray();
        for (var i = 0; i < Streams; i++)
        {
            await client.SendAsync(Frame.Headers(2 * i + 1, HeaderBlock.Post()));
            foreach (var piece in bodies[i].Chunk(10_000))
                await client.SendAsync(Frame.Data(2 * i + 1, piece));
            await client.SendAsync(Frame.Data(2 * i + 1, [], end: true));
        }

        foreach (var (setting, which, size) in acts)
        {
            var stream = which % (Streams + 1) == Streams ? 0 : 2 * (which % (Streams + 1)) + 1;
            await client.SendAsync(setting ? books.Set(size) : books.Open(stream, size + 1));
            await books.ReadAsync(client, whileTrue: false);
        }

        await client.SendAsync(books.Set(ushort.MaxValue), books.Open(0, 10_000_000));
        for (var i = 0; i < Streams; i++)
            await client.SendAsync(books.Open(2 * i + 1, 1_000_000));
        while (Enumerable.Range(0, Streams).Any(i => !client.Stream(2 * i + 1).Over))
            await books.ReadAsync(client, whileTrue: true);
        for (var i = 0; i < Streams; i++)
            Assert.True(client.Stream(2 * i + 1) is { Reset: null, Ended: true } answer && answer.Body.AsSpan().SequenceEqual(bodies[i]), client.Transcript);
        return true;
    }

    private static byte[] Bytes(int length, int seed) => [.. Enumerable.Range(0, length).Select(i => (byte)(seed + i * 7))];

    /// <summary>What the server may send at most: openings count when they are sent, shrinkings when they are acknowledged (6.5.3).</summary>
    private sealed class Books
    {
        private readonly Dictionary<int, long> _windows = [];
        private readonly Queue<long> _unacknowledged = [];
        private long _largest;
        private long _inForce;

        public Books(int initial)
        {
            (_largest, _inForce) = (initial, initial);
            _windows[0] = Frame.DefaultWindow;
            for (var i = 0; i < Streams; i++)
                _windows[2 * i + 1] = initial;

            // Of the client's first settings.
            _unacknowledged.Enqueue(initial);
        }

        public byte[] Open(int stream, int increment)
        {
            _windows[stream] += increment;
            return Frame.WindowUpdate(stream, increment);
        }

        public byte[] Set(ushort size)
        {
            _unacknowledged.Enqueue(size);
            Settle();
            return Frame.Settings((Setting.InitialWindowSize, size));
        }

        /// <summary>Reads one frame, or those up to the answer of a ping.</summary>
        public async Task ReadAsync(Http2Client client, bool whileTrue)
        {
            if (!whileTrue)
                await client.SendAsync(Frame.Ping(1));
            do
            {
                var frame = await client.ReadFrameAsync() ?? throw new InvalidOperationException($"closed:\n{client.Transcript}");
                if (frame.Type == FrameType.Settings && frame.Has(FrameFlags.Acknowledge))
                {
                    _inForce = _unacknowledged.Dequeue();
                    Settle();
                }
                else if (frame.Type == FrameType.Data)
                {
                    Assert.True((_windows[0] -= frame.Payload.Length) >= 0, $"the connection's window is overrun:\n{client.Transcript}");
                    _windows[frame.Stream] -= frame.Payload.Length;
                    Assert.True(frame.Payload.Length == 0 || _windows[frame.Stream] >= 0, $"the window of {frame.Stream} is overrun:\n{client.Transcript}");
                }
                else if (frame.Type == FrameType.Ping)
                {
                    return;
                }
            }
            while (!whileTrue);
        }

        // The largest of what is in force and what is under way.
        private void Settle()
        {
            var largest = _unacknowledged.Append(_inForce).Max();
            for (var i = 0; i < Streams; i++)
                _windows[2 * i + 1] += largest - _largest;
            _largest = largest;
        }
    }
}
