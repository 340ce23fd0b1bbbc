using ControlPlane.Http2.Tests.Support;
using ControlPlane.Testing.Http2;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Http2.Tests.Properties;

/// <summary>Frames in orders that nobody thought of. The seed of a run that fails is in FsCheck's message.</summary>
public sealed class InterleavingTests(SampleServer server) : IClassFixture<SampleServer>
{
    private const int Streams = 8;

    /// <summary>What a client does next, to which of its streams, with how many bytes.</summary>
    public enum Act
    {
        Data,
        MoreData,
        PaddedData,
        EmptyData,
        Ping,
        Settings,
        Priority,
        Unknown,
        Reset,
    }

    [Fact]
    public void Streams_AnyInterleaving_EachGetsItsOwnBytesBack() =>
        Prop.ForAll<(Act Act, byte Stream, ushort Size)[], byte>((acts, cut) => RunAsync(acts, cut).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(60));

    [Fact]
    public void Garbage_AfterThePreface_ServerStillServesOthers() =>
        Prop.ForAll<byte[], byte[], byte>((random, payload, type) => GarbageAsync(random, payload, type).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(300));

    private async Task<bool> RunAsync((Act Act, byte Stream, ushort Size)[] acts, byte cut)
    {
        // Nothing is answered on its own: that would come between the pieces of a frame.
        await using var client = await server.ConnectAsync(new Http2ClientOptions { UnlimitedWindows = true, Acknowledge = false });
        var expected = Enumerable.Range(0, Streams).Select(static _ => new List<byte>()).ToArray();
        var reset = new bool[Streams];
        List<byte> output = [.. Enumerable.Range(0, Streams).SelectMany(i => Frame.Headers(2 * i + 1, HeaderBlock.Post()))];
        var seed = 0;
        foreach (var (act, which, size) in acts)
        {
            var index = which % Streams;
            if (!reset[index])
                output.AddRange(Build(act, index, size, expected[index], ref seed));
            reset[index] |= act == Act.Reset;
        }

        output.AddRange(Enumerable.Range(0, Streams).Where(i => !reset[i]).SelectMany(static i => Frame.Data(2 * i + 1, [], end: true)));

        // In pieces that have nothing to do with the frames.
        var sending = Task.Run(async () =>
        {
            foreach (var piece in output.Chunk(1 + cut * 50))
                await client.SendAsync(piece);
        });
        for (var i = 0; i < Streams; i++)
        {
            if (reset[i])
                continue;
            var answer = await client.ReadStreamAsync(2 * i + 1);
            Assert.True(answer is { Status: 200, Reset: null } && answer.Body.AsSpan().SequenceEqual(expected[i].ToArray()), client.Transcript);
        }

        await sending;
        await client.ExpectAliveAsync(newStream: 2 * Streams + 1);
        return true;
    }

    private static byte[] Build(Act act, int index, ushort size, List<byte> expected, ref int seed)
    {
        var stream = 2 * index + 1;
        switch (act)
        {
            case Act.Data or Act.MoreData:
                var data = Bytes(size % (act == Act.Data ? 100 : Frame.DefaultMaxSize), ++seed);
                expected.AddRange(data);
                return Frame.Data(stream, data);
            case Act.PaddedData:
                var inner = Bytes(size % 1000, ++seed);
                expected.AddRange(inner);
                return Frame.Build(FrameType.Data, FrameFlags.Padded, stream, [(byte)(size % 256), .. inner, .. new byte[size % 256]]);
            case Act.EmptyData:
                return Frame.Data(stream, []);
            case Act.Ping:
                return Frame.Ping(size);
            case Act.Settings:
                return Frame.Settings((Setting.MaxFrameSize, (uint)(Frame.DefaultMaxSize + size)), (Setting.MaxHeaderListSize, 100_000u + size));
            case Act.Priority:
                return Frame.Priority(stream, 0, (byte)size);
            case Act.Reset:
                return Frame.Reset(stream);
            default:
                return Frame.Build((FrameType)(0x10 + size % 200), FrameFlags.All, stream, Bytes(size % 300, 0));
        }
    }

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = (byte)(seed + i * 7);
        return bytes;
    }

    private async Task<bool> GarbageAsync(byte[] random, byte[] payload, byte type)
    {
        await using (var client = await server.ConnectAsync())
        {
            await client.SendRequestAsync(1, HeaderBlock.Post("/wait"), end: false);

            // Well-formed frames with senseless contents reach further than noise does.
            foreach (var octet in random)
                await client.TrySendAsync(Frame.Build((FrameType)((octet + type) % 11), (FrameFlags)octet, octet % 4, payload), TimeSpan.FromSeconds(60));
            await client.TrySendAsync([.. random, .. payload], TimeSpan.FromSeconds(60));
        }

        await using var other = await server.ConnectAsync();
        await other.ExpectGreetingAsync(1);
        return true;
    }
}
