using System.Collections.Immutable;

namespace ControlPlane.Commands.Why;

/// <summary>What is sent, as a user writes it.</summary>
/// <param name="Method">Method of a request.</param>
/// <param name="Scheme">http, https, tcp or tls.</param>
/// <param name="Host">Host of the URL.</param>
/// <param name="Port">Port of the URL, or that of its scheme.</param>
/// <param name="Authority">Header Host: that given, else host and port as the URL has them.</param>
/// <param name="Path">Path and query, as written.</param>
/// <param name="Headers">Other headers.</param>
internal sealed record RequestLine(
    string Method, string Scheme, string Host, int Port, string Authority, string Path, ImmutableArray<KeyValuePair<string, string>> Headers)
{
    private const string Get = "GET";

    private static readonly Dictionary<string, int> Ports = new(StringComparer.Ordinal) { ["http"] = 80, ["https"] = 443, ["tcp"] = 0, ["tls"] = 443 };

    /// <summary>Whether it is a request of HTTP.</summary>
    public bool IsHttp => Scheme is "http" or "https";

    /// <summary>Whether the client sends it in TLS.</summary>
    public bool IsTls => Scheme is "https" or "tls";

    /// <summary>Reads it; null, with the fault told, for what is none.</summary>
    public static RequestLine? Parse(string text, IEnumerable<string> headers, Action<string> fail)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var (method, url) = parts switch
        {
            [var only] => (Get, only),
            [var verb, var target] => (verb, target),
            _ => ("", ""),
        };
        var scheme = url.IndexOf("://", StringComparison.Ordinal) is > 0 and var at ? url[..at].ToLowerInvariant() : "";
        if (!Ports.TryGetValue(scheme, out var usual))
        {
            fail($"--request {text}: must be [METHOD] URL, with a URL of http, https, tcp or tls, e.g. 'GET http://reviews:9080/reviews/1'");
            return null;
        }

        var rest = url[(scheme.Length + 3)..];
        var end = rest.IndexOfAny(['/', '?', '#']);
        var authority = end < 0 ? rest : rest[..end];
        var path = end < 0 ? "/" : rest[end] == '/' ? rest[end..] : "/" + rest[end..];
        if (!Uri.TryCreate($"http://{authority}/", UriKind.Absolute, out var parsed) || parsed.Host.Length == 0 || parsed.UserInfo.Length > 0)
        {
            fail($"--request {text}: '{authority}' is no host with or without port");
            return null;
        }

        var port = authority.EndsWith($":{parsed.Port}", StringComparison.Ordinal) ? parsed.Port : usual;
        if (port == 0)
        {
            fail($"--request {text}: a URL of {scheme} needs a port");
            return null;
        }

        var given = ReadHeaders(headers, fail);
        var host = given.FirstOrDefault(header => header.Key.Equals("host", StringComparison.OrdinalIgnoreCase)).Value ?? authority;
        return new RequestLine(method, scheme, parsed.DnsSafeHost, port, host, path, given);
    }

    private static ImmutableArray<KeyValuePair<string, string>> ReadHeaders(IEnumerable<string> headers, Action<string> fail)
    {
        var result = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        foreach (var header in headers)
        {
            var at = header.IndexOf(':', StringComparison.Ordinal);
            if (at > 0)
                result.Add(new(header[..at].Trim(), header[(at + 1)..].Trim()));
            else
                fail($"--header {header}: must be NAME: VALUE");
        }

        return result.ToImmutable();
    }
}
