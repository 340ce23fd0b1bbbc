using System.Buffers;

namespace ControlPlane.Translation.Features.Validation;

/// <summary>Which names and values of headers Istio accepts.</summary>
internal static class HeaderRules
{
    private const string Host = "host";
    private const string Authority = ":authority";
    private static readonly string[] PseudoHeaders = [":method", ":scheme", Authority, ":path", ":status"];

    // RFC 9110, token.
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Whether a header may have the name.</summary>
    public static bool IsName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(TokenCharacters);

    /// <summary>Whether a request may be matched by the name: that of a header or of a part of the request line.</summary>
    public static bool IsMatchName(string name) => IsName(name) || PseudoHeaders.Contains(name);

    /// <summary>Whether the name means the host that a request is for.</summary>
    public static bool IsAuthority(string name) => name.Equals(Host, StringComparison.OrdinalIgnoreCase) || name.Equals(Authority, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a request's header of that name may be set; the host may.</summary>
    public static bool MaySetInRequest(string name) => name.Length > 0 && (IsAuthority(name) || !name.StartsWith(':'));

    /// <summary>Whether a header of that name may be removed, or changed in a response.</summary>
    public static bool MayChange(string name) => name.Length > 0 && !name.StartsWith(':') && !name.Equals(Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a value has no control characters and its commands, <c>%NAME%</c> or <c>%NAME(arguments)%</c>, are well formed; %% is a percent sign.</summary>
    public static bool IsValue(string value)
    {
        foreach (var c in value)
        {
            if (c is (< ' ' and not '\t') or '\x7f')
                return false;
        }

        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] != '%')
                continue;
            if (at + 1 < value.Length && value[at + 1] == '%')
                at++;
            else if ((at = EndOfCommand(value, at + 1)) < 0)
                return false;
        }

        return true;
    }

    /// <summary>Where the command that begins here ends; -1 where it does not.</summary>
    private static int EndOfCommand(string value, int start)
    {
        var at = start < value.Length ? value.AsSpan(start).IndexOfAny('%', '(') : -1;
        if (at < 0)
            return -1;
        at += start;
        if (value[at] == '%')
            return at;
        for (at++; at < value.Length && value[at] != ')'; at++)
        {
            if (value[at] == '\\')
                at++;
        }

        return at + 1 < value.Length && value[at + 1] == '%' ? at + 1 : -1;
    }
}
