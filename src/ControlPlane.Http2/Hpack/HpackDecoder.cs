using System.Buffers;
using System.Text;
using ControlPlane.Http2.Frames;

namespace ControlPlane.Http2.Hpack;

/// <summary>Decodes the header blocks of one direction of a connection, in their order (RFC 7541). Not for several threads at once.</summary>
/// <param name="maxTableSize">
/// The most octets of the dynamic table that the peer's encoder may ask for: what our SETTINGS_HEADER_TABLE_SIZE says. The table begins with that or
/// with the protocol's 4,096 if that is less.
/// </param>
internal sealed class HpackDecoder(int maxTableSize = HpackDecoder.DefaultTableSize)
{
    /// <summary>The dynamic table's size of a connection without other settings (RFC 9113, 6.5.2).</summary>
    public const int DefaultTableSize = 4096;

    private const int StackOctets = 512;

    /// <summary>The table as of the blocks decoded so far.</summary>
    internal DynamicTable Table { get; } = new(Math.Min(maxTableSize, DefaultTableSize));

    /// <summary>
    /// Decodes a whole header block: the fragments of a HEADERS frame and its CONTINUATION frames, joined. Once the sink wants no more, strings are made
    /// only for the dynamic table: what a block costs then is bounded by its own length, not by what its indices stand for.
    /// </summary>
    /// <param name="block">The block.</param>
    /// <param name="sink">Takes the fields. Names are given as they are, even if no valid ones; each char of a text is one octet (Latin-1).</param>
    /// <exception cref="Http2ConnectionException">The block is malformed: the connection can't go on. The fields before the fault have been given.</exception>
    public void Decode(ReadOnlySpan<byte> block, IHeaderSink sink)
    {
        var reader = new HpackReader(block);
        bool wanted = true;
        bool atBegin = true;
        while (!reader.AtEnd)
        {
            // The first bits tell the representation (RFC 7541, 6).
            byte first = reader.Peek();
            if (first is >= 0x20 and < 0x40)
            {
                Resize(ref reader, atBegin);
                continue;
            }

            atBegin = false;
            if (first >= 0x80)
            {
                var (name, value) = FieldOf(reader.ReadInteger(7));
                wanted = wanted && sink.OnField(name, value);
            }
            else
            {
                wanted = DecodeLiteral(ref reader, isIndexed: first >= 0x40, wanted ? sink : null);
            }
        }
    }

    /// <summary>A literal field: with indexing, without, or never indexed; the last two differ for those who pass fields on alone.</summary>
    /// <returns>Whether the sink, null when it wants none, wants more.</returns>
    private bool DecodeLiteral(ref HpackReader reader, bool isIndexed, IHeaderSink? sink)
    {
        // The longest strings that are of use; those that the table has no room for are not made for it.
        int longest = sink is not null ? int.MaxValue : isIndexed ? Table.MaxSize - DynamicTable.EntryOverhead : -1;
        int nameIndex = reader.ReadInteger(isIndexed ? 6 : 4);
        string? name = nameIndex > 0 ? FieldOf(nameIndex).Name : ReadText(ref reader, longest);
        if (sink is null)
        {
            longest = name is null ? -1 : longest - name.Length;
        }

        string? value = ReadText(ref reader, longest);
        if (name is not null && value is not null)
        {
            if (isIndexed)
            {
                Table.Add(name, value);
            }

            return sink?.OnField(name, value) ?? false;
        }

        if (isIndexed)
        {
            // Larger than the table: as if it had been added.
            Table.Clear();
        }

        return false;
    }

    /// <summary>A change of the table's size: an encoder sends two at most between blocks (RFC 7541, 4.2), more of them do no harm.</summary>
    private void Resize(ref HpackReader reader, bool atBegin)
    {
        int size = reader.ReadInteger(5);
        if (!atBegin)
        {
            throw HpackReader.Malformed("the dynamic table's size changes after the first field");
        }

        if (size > maxTableSize)
        {
            throw HpackReader.Malformed($"the dynamic table's size of {size} octets is more than the {maxTableSize} allowed");
        }

        Table.Resize(size);
    }

    private (string Name, string Value) FieldOf(int index)
    {
        if (index == 0)
        {
            throw HpackReader.Malformed("the index 0 is no field");
        }

        if (index <= StaticTable.Count)
        {
            return StaticTable.Get(index);
        }

        int age = index - StaticTable.Count - 1;
        return age < Table.Count
            ? Table.Get(age)
            : throw HpackReader.Malformed($"the index {index} is beyond the {StaticTable.Count} static and {Table.Count} dynamic fields");
    }

    /// <summary>Reads a string, and checks it in any case.</summary>
    /// <returns>The text; null when it has more octets than the longest that is wanted.</returns>
    private static string? ReadText(ref HpackReader reader, int longest)
    {
        var octets = reader.ReadString(out bool isHuffman);
        if (!isHuffman)
        {
            return TextOf(octets, longest);
        }

        int bound = HuffmanCode.MaxDecodedLength(octets.Length);
        byte[]? rented = null;
        Span<byte> decoded = bound <= StackOctets ? stackalloc byte[StackOctets] : rented = ArrayPool<byte>.Shared.Rent(bound);
        try
        {
            int length = HuffmanCode.Decode(octets, decoded);
            return length >= 0 ? TextOf(decoded[..length], longest) : throw HpackReader.Malformed("a string is no valid Huffman code");
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private static string? TextOf(ReadOnlySpan<byte> octets, int longest) =>
        octets.Length > longest ? null : KnownText.Find(octets) ?? Encoding.Latin1.GetString(octets);
}
