using System.Buffers;
using System.Text;
using ControlPlane.Model.Delivery;
using ControlPlane.Xds.Responses;
using ControlPlane.Xds.Subscriptions;

namespace ControlPlane.Xds.Streams;

/// <summary>
/// Reads a DeltaDiscoveryRequest that has a type and a nonce and nothing else: an ACK, as nearly all requests are. The generated message would make
/// an object for each list and map that is not there.
/// </summary>
internal static class DeltaAckReader
{
    // What is longer than this is no ACK of ours.
    private const int LongestField = 127;

    private static readonly byte TypeUrl = WireFormat.Tag(2);
    private static readonly byte ResponseNonce = WireFormat.Tag(6);

    private static readonly (byte[] Bytes, string Text)[] Types = [.. XdsTypes.All.Select(static type => (Encoding.ASCII.GetBytes(type.TypeUrl()), type.TypeUrl()))];

    /// <summary>The request; null for any other, which the generated message reads.</summary>
    public static IncomingRequest? TryRead(in ReadOnlySequence<byte> payload)
    {
        if (!payload.IsSingleSegment)
            return null;
        var rest = payload.FirstSpan;
        if (!TryTake(ref rest, TypeUrl, out var typeBytes) || !TryTake(ref rest, ResponseNonce, out var nonce) || !rest.IsEmpty || !Ascii.IsValid(nonce))
            return null;
        foreach (var (bytes, text) in Types)
        {
            if (typeBytes.SequenceEqual(bytes))
                return new IncomingRequest(null, text, new DeltaRequest([], []) { Nonce = Encoding.ASCII.GetString(nonce) });
        }

        return null;
    }

    // A string field, whose length is one byte.
    private static bool TryTake(ref ReadOnlySpan<byte> rest, byte tag, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (rest.Length < 2 || rest[0] != tag || rest[1] > LongestField || rest.Length - 2 < rest[1])
            return false;
        value = rest.Slice(2, rest[1]);
        rest = rest[(2 + value.Length)..];
        return true;
    }
}
