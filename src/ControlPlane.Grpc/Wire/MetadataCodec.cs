using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Grpc.Core;

namespace ControlPlane.Grpc.Wire;

/// <summary>Turns metadata into header fields and back.</summary>
internal static class MetadataCodec
{
    private static readonly SearchValues<char> Visible =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)]);

    /// <summary>Headers of HTTP or of the protocol itself, which are no metadata of the application.</summary>
    public static bool IsTransportHeader(string name) =>
        name.StartsWith(':')
        || name.StartsWith(GrpcHeaders.Reserved, StringComparison.OrdinalIgnoreCase)
        || name.Equals(GrpcHeaders.ContentType, StringComparison.OrdinalIgnoreCase)
        || name.Equals(GrpcHeaders.Te, StringComparison.OrdinalIgnoreCase)
        || name.Equals("host", StringComparison.OrdinalIgnoreCase)
        || name.Equals("content-length", StringComparison.OrdinalIgnoreCase);

    /// <summary>Appends one received header field. Binary values may be joined by commas and may lack their padding.</summary>
    /// <exception cref="RpcException">A binary value is not base64 (INTERNAL).</exception>
    public static void AddReceived(Metadata metadata, string name, string value)
    {
        var key = name.ToLowerInvariant();
        if (!Metadata.Entry.IsBinaryKey(key))
        {
            metadata.Add(Metadata.Entry.FromWire(key, value));
            return;
        }

        foreach (var range in value.AsSpan().Split(','))
        {
            metadata.Add(Metadata.Entry.FromWire(key, DecodeBase64(key, value.AsSpan(range).Trim())));
        }
    }

    /// <summary>The header field value of an entry.</summary>
    /// <exception cref="ArgumentException">A text value has characters other than visible ASCII and spaces.</exception>
    public static string ToHeaderValue(Metadata.Entry entry)
    {
        if (entry.IsBinary)
        {
            return Convert.ToBase64String(entry.BinarySpan);
        }

        if (entry.Value.AsSpan().ContainsAnyExcept(Visible))
        {
            throw new ArgumentException(
                $"The value of metadata '{entry.Key}' has characters other than visible ASCII; use a key that ends in '-bin'.");
        }

        return entry.Value;
    }

    private static byte[] DecodeBase64(string key, ReadOnlySpan<char> text)
    {
        var unpadded = text.TrimEnd('=');
        var padded = new byte[(unpadded.Length + 3) / 4 * 4];
        padded.AsSpan().Fill((byte)'=');
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(padded.Length)];
        if (Encoding.ASCII.GetBytes(unpadded, padded) == unpadded.Length
            && Base64.DecodeFromUtf8(padded, bytes, out _, out var written) == OperationStatus.Done)
        {
            return bytes.AsSpan(0, written).ToArray();
        }

        throw new RpcException(new Status(StatusCode.Internal, $"The value of metadata '{key}' is not base64."));
    }
}
