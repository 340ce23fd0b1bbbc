using System.Collections.Frozen;

namespace ControlPlane.Http2.Hpack;

/// <summary>The 61 fields that every peer knows (RFC 7541, appendix A).</summary>
internal static class StaticTable
{
    /// <summary>The index of the first field named ":status"; its value is 200.</summary>
    public const int Status200 = 8;

    private static readonly (string Name, string Value)[] Fields =
    [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
        (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
        (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""), ("access-control-allow-origin", ""),
        ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""), ("content-disposition", ""),
        ("content-encoding", ""), ("content-language", ""), ("content-length", ""), ("content-location", ""), ("content-range", ""),
        ("content-type", ""), ("cookie", ""), ("date", ""), ("etag", ""), ("expect", ""),
        ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""), ("if-modified-since", ""),
        ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""),
        ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""), ("proxy-authorization", ""), ("range", ""),
        ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""), ("set-cookie", ""),
        ("strict-transport-security", ""), ("transfer-encoding", ""), ("user-agent", ""), ("vary", ""), ("via", ""),
        ("www-authenticate", ""),
    ];

    private static readonly FrozenDictionary<string, int> Indices = Fields
        .Select((field, position) => (field.Name, Index: position + 1))
        .DistinctBy(field => field.Name, StringComparer.Ordinal)
        .ToFrozenDictionary(field => field.Name, field => field.Index, StringComparer.Ordinal);

    /// <summary>How many fields there are; the dynamic table's indices follow.</summary>
    public static int Count => Fields.Length;

    /// <summary>The field of an index from 1 to <see cref="Count"/>; its value is empty where the table has a name alone.</summary>
    public static (string Name, string Value) Get(int index) => Fields[index - 1];

    /// <summary>The first index of a name; 0 when the table has no such name.</summary>
    public static int IndexOf(string name) => Indices.GetValueOrDefault(name);
}
