using System.Text;

namespace ControlPlane.Testing.Http2;

/// <summary>Header blocks to send: literal fields with new names, not remembered, no Huffman code (RFC 7541, 6.2.2).</summary>
public static class HeaderBlock
{
    private const int NotIndexed = 0;
    private const int StringPrefix = 127;

    /// <summary>The fields of a request without a body, then others.</summary>
    public static HeaderField[] Get(string path = "/hello", params HeaderField[] others) => Request("GET", path, others);

    /// <summary>The fields of a request with a body, then others.</summary>
    public static HeaderField[] Post(string path = "/echo", params HeaderField[] others) => Request("POST", path, others);

    /// <summary>The fields of a gRPC call.</summary>
    public static HeaderField[] Call(string path) => Post(path, ("content-type", "application/grpc"), ("te", "trailers"));

    public static HeaderField[] Request(string method, string path, params HeaderField[] others) =>
        [(":method", method), (":scheme", "http"), (":path", path), (":authority", "localhost"), .. others];

    public static byte[] Encode(params IEnumerable<HeaderField> fields)
    {
        var block = new List<byte>();
        foreach (var (name, value) in fields)
        {
            block.Add(NotIndexed);
            Append(block, name);
            Append(block, value);
        }

        return [.. block];
    }

    private static void Append(List<byte> block, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        if (bytes.Length < StringPrefix)
        {
            block.Add((byte)bytes.Length);
        }
        else
        {
            // An integer with a prefix of 7 bits (RFC 7541, 5.1).
            block.Add(StringPrefix);
            var rest = bytes.Length - StringPrefix;
            for (; rest >= 128; rest >>= 7)
                block.Add((byte)(rest & 127 | 128));
            block.Add((byte)rest);
        }

        block.AddRange(bytes);
    }
}
