using System.Buffers;
using System.Globalization;
using System.Text;
using ControlPlane.Http2.Hpack;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Http2.Streams;

/// <summary>Takes the fields of a request, or of its trailers, and checks them (RFC 9113, 8).</summary>
/// <param name="maxListSize">Bytes of all fields, each counted with 32 more.</param>
/// <param name="trailers">Whether these are trailers.</param>
internal sealed class RequestHead(int maxListSize, bool trailers) : IHeaderSink
{
    private const int FieldOverhead = 32;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> BadInValues = SearchValues.Create("\0\r\n");

    private readonly bool _trailers = trailers;
    private int _size;
    private bool _pseudoOver = trailers;

    /// <summary>The fields, other than pseudo header fields.</summary>
    public IHeaderDictionary Fields { get; } = new HeaderDictionary(16);

    /// <summary>:method.</summary>
    public string? Method { get; private set; }

    /// <summary>:scheme.</summary>
    public string? Scheme { get; private set; }

    /// <summary>:path.</summary>
    public string? Path { get; private set; }

    /// <summary>The decoded path and the query; of a whole request without a fault.</summary>
    public (string Path, string Query) Target { get; private set; }

    /// <summary>:authority.</summary>
    public string? Authority { get; private set; }

    /// <summary>content-length; null where there is none.</summary>
    public long? ContentLength { get; private set; }

    /// <summary>Whether there were more fields than may be.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>What is wrong; null if nothing.</summary>
    public string? Fault { get; private set; }

    /// <inheritdoc/>
    public bool OnField(string name, string value)
    {
        _size += name.Length + value.Length + FieldOverhead;
        IsTooLarge |= _size > maxListSize;
        if (IsTooLarge || Fault is not null)
            return false;

        // Spaces around a value are malformed too (RFC 9113, 8.2.1), but clients send them ("Bearer " and no token), and they do no harm.
        Fault = value.AsSpan().ContainsAny(BadInValues) ? $"the value of {name} has characters that may not be there"
            : name.StartsWith(':') ? TakePseudo(name, value)
            : TakeField(name, value);
        return Fault is null;
    }

    /// <summary>What a whole request lacks; null if nothing.</summary>
    /// <param name="endStream">Whether it has no body.</param>
    public string? FindFault(bool endStream)
    {
        if (Fault is not null)
            return Fault;
        if (Method is null || Scheme is null || Path is null)
            return "a request has :method, :scheme and :path";
        if (Method.AsSpan().ContainsAnyExcept(TokenCharacters))
            return ":method has characters that may not be there";
        if (Method == HttpMethods.Connect)
            return "a CONNECT request has neither :scheme nor :path";
        if (endStream && ContentLength > 0)
            return "content-length is not the length of the body, which is empty";
        if (Path is not ['/', ..] && !(Path == "*" && Method == HttpMethods.Options))
            return ":path does not begin with a slash";
        if (!RequestTarget.TrySplit(Path, out var path, out var query))
            return ":path can't be decoded";
        Target = (path, query);
        if (Authority is not null)
            Fields.Host = Authority;
        return Fields.Host.Count > 1 ? "there is more than one host" : null;
    }

    private string? TakePseudo(string name, string value)
    {
        if (_pseudoOver)
            return $"{name} comes after other fields";
        if (name is not (":method" or ":scheme" or ":path" or ":authority"))
            return $"{name} is unknown";
        var former = name switch { ":method" => Method, ":scheme" => Scheme, ":path" => Path, _ => Authority };
        if (former is not null)
            return $"{name} is there twice";
        if (value.Length == 0 && name != ":authority")
            return $"{name} is empty";
        switch (name)
        {
            case ":method": Method = value; break;
            case ":scheme": Scheme = value; break;
            case ":path": Path = value; break;
            default: Authority = value; break;
        }

        return null;
    }

    private string? TakeField(string name, string value)
    {
        _pseudoOver = true;
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters))
            return "a field's name has characters that may not be there";
        switch (name)
        {
            case "connection" or "keep-alive" or "proxy-connection" or "transfer-encoding" or "upgrade":
                return $"{name} has no place in HTTP/2";
            case "te" when value != "trailers":
                return "te is not trailers";
            case "content-length" when !_trailers:
                return TakeLength(value);
            case "cookie" when Fields.Cookie.Count > 0:
                Fields.Cookie = $"{Fields.Cookie}; {value}";
                return null;
            default:
                Fields.Append(name, Decode(value));
                return null;
        }
    }

    // As Kestrel reads fields: as UTF-8. What is none stays as it is, each octet a character.
    private static string Decode(string value)
    {
        if (Ascii.IsValid(value))
            return value;
        try
        {
            return Utf8.GetString(Encoding.Latin1.GetBytes(value));
        }
        catch (DecoderFallbackException)
        {
            return value;
        }
    }

    private string? TakeLength(string value)
    {
        if (ContentLength is not null || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            return "content-length is not one number";
        ContentLength = Fields.ContentLength = length;
        return null;
    }
}
