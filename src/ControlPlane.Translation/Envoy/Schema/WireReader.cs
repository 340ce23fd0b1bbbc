using System.Buffers.Binary;

namespace ControlPlane.Translation.Envoy.Schema;

/// <summary>Reads protobuf's wire format from memory. Each method throws <see cref="WireException"/> for bytes that are no message.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> data)
{
    public const int Varint = 0;
    public const int Eight = 1;
    public const int Bytes = 2;
    public const int Four = 5;

    private const int StartGroup = 3;
    private const int EndGroup = 4;
    private const int MaxVarintBytes = 10;
    private const int MaxGroupDepth = 32;

    private readonly ReadOnlySpan<byte> _data = data;

    /// <summary>Where the next byte is.</summary>
    public int Position { get; set; }

    public readonly bool AtEnd => Position >= _data.Length;

    /// <summary>Reads a tag.</summary>
    public (int Field, int WireType) ReadTag()
    {
        var tag = ReadVarint();
        var field = tag >> 3;
        if (field is 0 or > int.MaxValue)
            throw new WireException("a tag is wrong");
        return ((int)field, (int)(tag & 7));
    }

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var i = 0; i < MaxVarintBytes; i++)
        {
            if (AtEnd)
                throw new WireException("the bytes end within a number");
            var next = _data[Position++];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
                return value;
        }

        throw new WireException("a number is too long");
    }

    public ulong ReadEight() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public uint ReadFour() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadVarint();
        return length > (ulong)(_data.Length - Position) ? throw new WireException("the bytes end within a field") : Take((int)length);
    }

    /// <summary>Passes over a value.</summary>
    public void Skip(int wireType) => Skip(wireType, 0);

    private void Skip(int wireType, int depth)
    {
        switch (wireType)
        {
            case Varint:
                ReadVarint();
                break;
            case Eight:
                Take(8);
                break;
            case Bytes:
                ReadBytes();
                break;
            case Four:
                Take(4);
                break;
            case StartGroup when depth < MaxGroupDepth:
                for (var (_, inner) = ReadTag(); inner != EndGroup; (_, inner) = ReadTag())
                    Skip(inner, depth + 1);
                break;
            default:
                throw new WireException("a wire type is wrong");
        }
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _data.Length - Position)
            throw new WireException("the bytes end within a field");
        var taken = _data.Slice(Position, length);
        Position += length;
        return taken;
    }
}
