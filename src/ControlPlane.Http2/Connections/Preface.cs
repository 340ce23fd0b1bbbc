using System.Buffers;
using System.IO.Pipelines;
using ControlPlane.Http2.Frames;

namespace ControlPlane.Http2.Connections;

/// <summary>What a client's connection begins with (RFC 9113, 3.4).</summary>
internal static class Preface
{
    // As much of a line as is looked at to tell HTTP/1 from rubbish.
    private const int LongestLine = 8 * 1024;

    private static ReadOnlySpan<byte> Expected => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    private static ReadOnlySpan<byte> Refusal =>
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 34\r\n\r\nThis address speaks HTTP/2 only.\r\n"u8;

    /// <summary>Takes the preface off the buffer, once it is there as a whole.</summary>
    /// <param name="buffer">What has come.</param>
    /// <param name="isHttp1">Whether a request of HTTP/1 has come instead.</param>
    /// <exception cref="Http2ConnectionException">Something else has come.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, out bool isHttp1)
    {
        isHttp1 = false;
        Span<byte> start = stackalloc byte[Expected.Length];
        var length = (int)Math.Min(buffer.Length, Expected.Length);
        buffer.Slice(0, length).CopyTo(start);
        if (!start[..length].SequenceEqual(Expected[..length]))
        {
            var lineEnd = buffer.PositionOf((byte)'\n');
            if (lineEnd is null && buffer.Length < LongestLine && char.IsAsciiLetterUpper((char)start[0]))
                return false;
            isHttp1 = lineEnd is { } end && IsHttp1(buffer.Slice(0, end));
            return isHttp1 ? false : throw new Http2ConnectionException(ErrorCode.ProtocolError, "no HTTP/2 preface");
        }

        if (length < Expected.Length)
            return false;
        buffer = buffer.Slice(length);
        return true;
    }

    /// <summary>Answers a request of HTTP/1 such that its client understands.</summary>
    public static async Task RefuseHttp1Async(PipeWriter output)
    {
        output.Write(Refusal);
        await output.FlushAsync().ConfigureAwait(false);
    }

    private static bool IsHttp1(in ReadOnlySequence<byte> line) => line.Length < LongestLine && line.ToArray().AsSpan().IndexOf(" HTTP/1."u8) >= 0;
}
