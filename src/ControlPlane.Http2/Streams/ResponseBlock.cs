using System.Buffers;
using ControlPlane.Http2.Hpack;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Http2.Streams;

/// <summary>Writes the header blocks of a response.</summary>
internal static class ResponseBlock
{
    private const int UsualSize = 128;

    // A value with one of them would end the stream at the client, and behind a gateway it might begin another field.
    private static readonly SearchValues<char> Allowed = SearchValues.Create(['\t', .. Enumerable.Range(' ', 256 - ' ').Where(static c => c != 0x7f).Select(static c => (char)c)]);

    /// <summary>The block that begins a response.</summary>
    /// <exception cref="InvalidOperationException">A field can't be sent; the message names it.</exception>
    public static ReadOnlyMemory<byte> Head(int status, IHeaderDictionary headers)
    {
        var block = new ArrayBufferWriter<byte>(UsualSize);
        HpackEncoder.WriteStatus(block, status);
        WriteFields(block, headers);
        return block.WrittenMemory;
    }

    /// <summary>The block that ends it.</summary>
    /// <exception cref="InvalidOperationException">A field can't be sent; the message names it.</exception>
    public static ReadOnlyMemory<byte> Trailers(IHeaderDictionary trailers)
    {
        var block = new ArrayBufferWriter<byte>(UsualSize);
        WriteFields(block, trailers);
        return block.WrittenMemory;
    }

    private static void WriteFields(ArrayBufferWriter<byte> block, IHeaderDictionary headers)
    {
        foreach (var (name, values) in headers)
        {
            var field = name.ToLowerInvariant();

            // They mean the connection, which is HTTP/2's own business (RFC 9113, 8.2.2).
            if (field is "connection" or "transfer-encoding" or "keep-alive" or "upgrade" or "proxy-connection")
                continue;
            foreach (var value in values)
            {
                if (value is null)
                    continue;
                if (value.AsSpan().ContainsAnyExcept(Allowed))
                    throw new InvalidOperationException($"The value of the header field {field} has characters that can't be sent.");
                HpackEncoder.WriteField(block, field, value);
            }
        }
    }
}
