using System.Globalization;
using System.Text;

namespace ControlPlane.Testing.Http2;

/// <summary>What has come so far on one stream.</summary>
public sealed class ReceivedStream
{
    private readonly MemoryStream _body = new();

    /// <summary>The fields of the response; null before they came.</summary>
    public List<HeaderField>? Headers { get; private set; }

    /// <summary>The trailers; null without any.</summary>
    public List<HeaderField>? Trailers { get; private set; }

    /// <summary>Whether the response is complete.</summary>
    public bool Ended { get; internal set; }

    /// <summary>Why the server has reset the stream; null when it has not.</summary>
    public Http2ErrorCode? Reset { get; internal set; }

    /// <summary>Whether nothing more comes.</summary>
    public bool Over => Ended || Reset is not null;

    /// <summary>The status; 0 before it came.</summary>
    public int Status => Headers is null ? 0 : int.Parse(this[":status"]!, CultureInfo.InvariantCulture);

    /// <summary>The number of bytes of the body.</summary>
    public int Length => (int)_body.Length;

    public byte[] Body => _body.ToArray();

    public string Text => Encoding.UTF8.GetString(_body.GetBuffer().AsSpan(0, Length));

    /// <summary>A field of the response; null without it.</summary>
    public string? this[string name] => Find(Headers, name);

    public string? Trailer(string name) => Find(Trailers, name);

    internal void Add(byte[] data) => _body.Write(data);

    internal void Add(List<HeaderField> fields)
    {
        // Interim answers (RFC 9110, 15.2) are followed by the final one.
        if (Headers is null || Status < 200)
            Headers = fields;
        else
            Trailers = Trailers is null ? fields : throw new InvalidDataException("Trailers came twice.");
    }

    private static string? Find(List<HeaderField>? fields, string name) =>
        fields?.Where(f => f.Name == name).Select(static f => f.Value).FirstOrDefault();
}
