using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ControlPlane.Translation.Envoy.Schema;

namespace ControlPlane.Translation.Envoy.Json;

/// <summary>Reads the texts of durations, timestamps and field masks. Each method throws <see cref="JsonFormatException"/> for a text that is none.</summary>
internal static partial class JsonWellKnown
{
    private const int FractionDigits = 9;

    // protobuf's bound: 10,000 years.
    private const long MaxDurationSeconds = 315_576_000_000;

    /// <summary>A duration such as 1.5s. Units of Go (1m30s, 100ms), which Istio's users write, are taken too.</summary>
    public static byte[] Duration(string text)
    {
        var match = DurationText().Match(text);
        if (!match.Success)
            throw new JsonFormatException($"expected a duration such as 1.5s, found '{text}'");
        decimal seconds = 0;
        for (var i = 0; i < match.Groups["count"].Captures.Count; i++)
        {
            if (!decimal.TryParse(match.Groups["count"].Captures[i].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                || count > MaxDurationSeconds)
                throw new JsonFormatException($"the duration '{text}' is too long");
            seconds += count * Unit(match.Groups["unit"].Captures[i].Value);
        }

        if (seconds > MaxDurationSeconds)
            throw new JsonFormatException($"the duration '{text}' is too long");
        if (match.Groups["sign"].Value == "-")
            seconds = -seconds;
        var whole = decimal.Truncate(seconds);
        return SecondsAndNanos((long)whole, (int)((seconds - whole) * 1_000_000_000m));
    }

    /// <summary>A timestamp in RFC 3339.</summary>
    public static byte[] Timestamp(string text)
    {
        var match = TimestampText().Match(text);
        if (!match.Success || !DateTimeOffset.TryParse(
            match.Groups["time"].Value + match.Groups["zone"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            throw new JsonFormatException($"expected a time such as 2026-01-01T00:00:00Z, found '{text}'");
        var fraction = match.Groups["fraction"].Value.PadRight(FractionDigits, '0');
        return SecondsAndNanos(time.ToUnixTimeSeconds(), int.Parse(fraction, CultureInfo.InvariantCulture));
    }

    /// <summary>Paths in lowerCamelCase with commas between.</summary>
    public static byte[] FieldMask(string text)
    {
        var writer = new WireWriter();
        foreach (var path in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
            writer.Field(1, Encoding.UTF8.GetBytes(string.Concat(path.Select(c => char.IsAsciiLetterUpper(c) ? "_" + char.ToLowerInvariant(c) : c.ToString()))));
        return writer.ToArray();
    }

    private static decimal Unit(string unit) => unit switch
    {
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "ms" => 0.001m,
        "ns" => 0.000_000_001m,
        _ => 0.000_001m,
    };

    private static byte[] SecondsAndNanos(long seconds, int nanos)
    {
        var writer = new WireWriter();
        if (seconds != 0)
        {
            writer.Tag(1, WireReader.Varint);
            writer.Varint((ulong)seconds);
        }

        if (nanos != 0)
        {
            writer.Tag(2, WireReader.Varint);
            writer.Varint((ulong)(long)nanos);
        }

        return writer.ToArray();
    }

    [GeneratedRegex(@"^(?<sign>[+-])?((?<count>\d+(\.\d*)?|\.\d+)(?<unit>h|ms|m|s|us|µs|ns))+\z", RegexOptions.ExplicitCapture)]
    private static partial Regex DurationText();

    [GeneratedRegex(@"^(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.(?<fraction>\d{1,9}))?(?<zone>Z|[+-]\d\d:\d\d)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex TimestampText();
}
