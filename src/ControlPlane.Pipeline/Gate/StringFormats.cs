using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>Demands that a text be something well known: a header, an address, a host.</summary>
internal static class StringFormats
{
    private const int MaxHostLength = 253;
    private const int MaxLabelLength = 63;

    private static readonly SearchValues<char> HeaderNameCharacters =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+,-.^_|~`");

    private static readonly SearchValues<char> LineBreaks = SearchValues.Create("\0\n\r");

    /// <summary>The part of a rule that names a format, or null where it names none.</summary>
    /// <exception cref="NotSupportedException">The format is not implemented here.</exception>
    public static Func<string, string?>? Of(StringRules rules)
    {
        bool strict = !rules.HasStrict || rules.Strict;
        return rules.WellKnownCase switch
        {
            StringRules.WellKnownOneofCase.None => null,
            StringRules.WellKnownOneofCase.WellKnownRegex => rules.WellKnownRegex switch
            {
                KnownRegex.HttpHeaderName => text => IsHeaderName(text, strict) ? null : "must be a header name",
                KnownRegex.HttpHeaderValue => text => IsHeaderValue(text, strict) ? null : "must be a header value",
                _ => null,
            },
            StringRules.WellKnownOneofCase.Ip => text => IPAddress.TryParse(text, out _) ? null : "must be an IP address",
            StringRules.WellKnownOneofCase.Ipv4 => text => IsOf(text, AddressFamily.InterNetwork) ? null : "must be an IPv4 address",
            StringRules.WellKnownOneofCase.Ipv6 => text => IsOf(text, AddressFamily.InterNetworkV6) ? null : "must be an IPv6 address",
            StringRules.WellKnownOneofCase.Hostname => text => IsHost(text) ? null : "must be a host name",
            StringRules.WellKnownOneofCase.Address => text => IsHost(text) || IPAddress.TryParse(text, out _) ? null : "must be a host name or an IP address",
            _ => throw new NotSupportedException($"no check for the text format {rules.WellKnownCase}"),
        };
    }

    /// <summary>Strict: a token of HTTP, for pseudo headers after a colon. Else anything without NUL and line breaks, nothing included.</summary>
    private static bool IsHeaderName(string text, bool strict)
    {
        if (!strict)
            return !text.AsSpan().ContainsAny(LineBreaks);
        var token = text.AsSpan(text.StartsWith(':') ? 1 : 0);
        return token.Length > 0 && !token.ContainsAnyExcept(HeaderNameCharacters);
    }

    /// <summary>Strict: no control characters but the tab. Else no NUL and no line breaks.</summary>
    private static bool IsHeaderValue(string text, bool strict) => strict
        ? !text.Any(c => (c < ' ' && c != '\t') || c == '\u007f')
        : !text.AsSpan().ContainsAny(LineBreaks);

    private static bool IsOf(string text, AddressFamily family) => IPAddress.TryParse(text, out var address) && address.AddressFamily == family;

    private static bool IsHost(string text)
    {
        string host = text.EndsWith('.') ? text[..^1] : text;
        return host.Length is > 0 and <= MaxHostLength && host.Split('.').All(IsLabel);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabelLength && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
