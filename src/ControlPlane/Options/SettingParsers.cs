using System.Globalization;
using System.Net;
using ControlPlane.Model.Collections;
using ControlPlane.Security.Authority;

namespace ControlPlane.Options;

/// <summary>Reads the texts of settings. Each method throws <see cref="FormatException"/> whose message says what is expected.</summary>
internal static class SettingParsers
{
    private const int MaxNameLength = 63;

    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1)),
    ];

    /// <summary>HOST:PORT; no host or * means all addresses, port 0 a free one.</summary>
    public static IPEndPoint Address(string text)
    {
        const string expected = "expected HOST:PORT, with an IP address ([::1]:15010 for IPv6), localhost or * as HOST and 0 to 65535 as PORT (0 picks a free one)";
        var colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw new FormatException(expected);
        var host = text[..colon];
        var address = host switch
        {
            "" or "*" => IPAddress.IPv6Any,
            "localhost" => IPAddress.Loopback,
            ['[', .. var inner, ']'] => Parse(inner),
            _ when host.Contains(':', StringComparison.Ordinal) => null,
            _ => Parse(host),
        };
        return new IPEndPoint(address ?? throw new FormatException(expected), port);

        static IPAddress? Parse(string host) => IPAddress.TryParse(host, out var parsed) ? parsed : null;
    }

    /// <summary>A number with a unit: ms, s, m or h.</summary>
    public static TimeSpan Duration(string text)
    {
        foreach (var (suffix, unit) in Units)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)
                && double.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                && count * unit.TotalDays < 365)
                return count * unit;
        }

        throw new FormatException("expected a duration below a year such as 500ms, 30s, 10m or 1.5h");
    }

    /// <summary>A duration of at most an hour.</summary>
    public static TimeSpan DurationUpToAnHour(string text) =>
        Duration(text) is var duration && duration <= TimeSpan.FromHours(1) ? duration : throw new FormatException("expected a duration of at most 1h");

    /// <summary>A duration above zero.</summary>
    public static TimeSpan PositiveDuration(string text) =>
        Duration(text) is { Ticks: > 0 } duration ? duration : throw new FormatException("expected a duration above zero");

    /// <summary>Texts between commas; none where there is nothing.</summary>
    public static EquatableArray<string> List(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Texts between commas, at least one.</summary>
    public static EquatableArray<string> NonEmptyList(string text) => List(text) is { IsEmpty: false } list ? list : throw new FormatException("expected a name, or several between commas");

    /// <summary>The key of a root; istiod's number of RSA bits too.</summary>
    public static KeyKind KeyKind(string text) => text switch
    {
        "ec-p256" => Security.Authority.KeyKind.EcdsaP256,
        "rsa-2048" or "2048" => Security.Authority.KeyKind.Rsa2048,
        "rsa-4096" or "4096" => Security.Authority.KeyKind.Rsa4096,
        _ => throw new FormatException("expected ec-p256, rsa-2048 or rsa-4096"),
    };

    /// <summary>A duration, or nothing for "never".</summary>
    public static TimeSpan? DurationOrNever(string text)
    {
        if (text == "never")
            return null;
        return Duration(text) is { Ticks: > 0 } duration ? duration : throw new FormatException("expected a duration above zero, or never");
    }

    /// <summary>A number of things, at least one.</summary>
    public static int Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : throw new FormatException("expected a whole number above zero");

    /// <summary>A number per second, or nothing for "none"; istiod's 0 is none too.</summary>
    public static double? RateOrNone(string text)
    {
        if (text is "none" or "0")
            return null;
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rate) && rate is > 0 and <= 1_000_000
            ? rate
            : throw new FormatException("expected a number per second above zero, or none");
    }

    /// <summary>The name of a namespace.</summary>
    public static string NamespaceName(string text)
    {
        var good = text.Length is > 0 and <= MaxNameLength && text[0] != '-' && text[^1] != '-'
            && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
        return good ? text : throw new FormatException("expected the name of a namespace: lower-case letters, digits and '-'");
    }

    /// <summary>Where objects come from.</summary>
    public static SourceSpec Source(string text)
    {
        const string prefix = "dir:";
        if (text == SourceSpec.EmbeddedText)
            return SourceSpec.Embedded;
        if (text == SourceSpec.KubernetesText)
            return SourceSpec.Kubernetes;
        if (text.StartsWith(prefix, StringComparison.Ordinal) && text.Length > prefix.Length)
            return new SourceSpec(text[prefix.Length..]);
        throw new FormatException($"expected dir:PATH for a directory of Kubernetes YAML, {SourceSpec.KubernetesText} for a cluster, or {SourceSpec.EmbeddedText} for the built-in sample");
    }

    /// <summary>The URL of a server, or nothing.</summary>
    public static Uri? HttpUri(string text)
    {
        if (text.Length == 0)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? uri
            : throw new FormatException("expected a URL such as http://127.0.0.1:4317");
    }

    /// <summary>Whether the log is JSON.</summary>
    public static LogFormat Format(string text) => text switch
    {
        "text" => LogFormat.Text,
        "json" => LogFormat.Json,
        _ => throw new FormatException("expected text or json"),
    };

    /// <summary>A URL as webhook configurations take them; "" for none.</summary>
    public static string WebhookUrl(string text)
    {
        var good = text.Length == 0
            || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0);
        return good ? text : throw new FormatException("expected an https URL without user, query and fragment such as https://istiod.example:15017/inject");
    }

    /// <summary>true or false.</summary>
    public static bool Switch(string text) => text switch
    {
        "true" => true,
        "false" => false,
        _ => throw new FormatException("expected true or false"),
    };
}
