using System.Buffers.Binary;

namespace ControlPlane.Grpc.Tests.Support;

/// <summary>One HTTP/2 frame.</summary>
public sealed record RawFrame(byte Type, byte Flags, int StreamId, byte[] Payload)
{
    /// <summary>The first 32 bits of the payload: the error code of RST_STREAM, the last stream of GOAWAY.</summary>
    public int FirstInt32 => BinaryPrimitives.ReadInt32BigEndian(Payload);
}
