using System.Buffers;
using System.Buffers.Binary;
using ControlPlane.Translation.Envoy.Schema;

namespace ControlPlane.Translation.Envoy.Json;

/// <summary>Writes protobuf's wire format.</summary>
internal sealed class WireWriter
{
    private const int MaxVarintBytes = 10;

    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void Tag(int field, int wireType) => Varint(((ulong)field << 3) | (uint)wireType);

    public void Varint(ulong value)
    {
        var target = _buffer.GetSpan(MaxVarintBytes);
        var count = 0;
        for (; value >= 0x80; value >>= 7)
            target[count++] = (byte)(value | 0x80);
        target[count++] = (byte)value;
        _buffer.Advance(count);
    }

    public void Eight(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    public void Four(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    public void Raw(ReadOnlySpan<byte> bytes) => _buffer.Write(bytes);

    /// <summary>A field of bytes: tag, length, bytes.</summary>
    public void Field(int field, ReadOnlySpan<byte> bytes)
    {
        Tag(field, WireReader.Bytes);
        Varint((ulong)bytes.Length);
        Raw(bytes);
    }
}
