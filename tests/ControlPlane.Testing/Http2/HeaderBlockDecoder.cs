using System.Text;

namespace ControlPlane.Testing.Http2;

/// <summary>The header blocks of one direction of a connection, decoded in their order (RFC 7541).</summary>
public sealed class HeaderBlockDecoder
{
    private const int EntryOverhead = 32;

    private static readonly HeaderField[] Static =
    [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"), (":scheme", "http"),
        (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"),
        (":status", "404"), (":status", "500"), ("accept-charset", ""), ("accept-encoding", "gzip, deflate"), ("accept-language", ""),
        ("accept-ranges", ""), ("accept", ""), ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""),
        ("cache-control", ""), ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
        ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""),
        ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""),
        ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""),
        ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""),
        ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ];

    // The newest entry first.
    private readonly List<HeaderField> _dynamic = [];
    private readonly int _limit;
    private int _capacity;

    /// <param name="limit">SETTINGS_HEADER_TABLE_SIZE of this side: the other may not use more.</param>
    public HeaderBlockDecoder(int limit = 4096) => _capacity = _limit = limit;

    /// <exception cref="InvalidDataException">The block breaks RFC 7541.</exception>
    public List<HeaderField> Decode(ReadOnlySpan<byte> block)
    {
        var fields = new List<HeaderField>();
        while (block.Length > 0)
        {
            var first = block[0];
            if ((first & 0x80) != 0)
            {
                fields.Add(Entry(ReadInteger(ref block, 7)));
            }
            else if ((first & 0xE0) == 0x20)
            {
                Resize(ReadInteger(ref block, 5), fields.Count);
            }
            else
            {
                var indexed = (first & 0x40) != 0;
                var index = ReadInteger(ref block, indexed ? 6 : 4);
                var field = new HeaderField(index == 0 ? ReadString(ref block) : Entry(index).Name, ReadString(ref block));
                fields.Add(field);
                if (indexed)
                    Remember(field);
            }
        }

        return fields;
    }

    private void Resize(int capacity, int fieldsBefore)
    {
        if (fieldsBefore > 0 || capacity > _limit)
            throw new InvalidDataException($"HPACK: the table was set to {capacity} bytes after {fieldsBefore} fields; {_limit} are allowed.");
        _capacity = capacity;
        Evict();
    }

    private void Remember(HeaderField field)
    {
        _dynamic.Insert(0, field);
        Evict();
    }

    private void Evict()
    {
        while (_dynamic.Sum(static f => f.Name.Length + f.Value.Length + EntryOverhead) > _capacity)
            _dynamic.RemoveAt(_dynamic.Count - 1);
    }

    private HeaderField Entry(int index) =>
        index >= 1 && index <= Static.Length ? Static[index - 1]
        : index > Static.Length && index <= Static.Length + _dynamic.Count ? _dynamic[index - Static.Length - 1]
        : throw new InvalidDataException($"HPACK: there is no entry {index}; {_dynamic.Count} are remembered.");

    private static int ReadInteger(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        var mask = (1 << prefixBits) - 1;
        var value = block[0] & mask;
        block = block[1..];
        if (value < mask)
            return value;
        for (var shift = 0; ; shift += 7)
        {
            var octet = block[0];
            block = block[1..];
            value = checked(value + ((octet & 127) << shift));
            if ((octet & 128) == 0)
                return value;
        }
    }

    private static string ReadString(ref ReadOnlySpan<byte> block)
    {
        var huffman = (block[0] & 0x80) != 0;
        var length = ReadInteger(ref block, 7);
        var bytes = block[..length];
        block = block[length..];
        return huffman ? HuffmanCode.Decode(bytes) : Encoding.Latin1.GetString(bytes);
    }
}
