using System.Globalization;
using System.Text;
using System.Text.Json;
using ControlPlane.Translation.Envoy.Schema;

namespace ControlPlane.Translation.Envoy.Json;

/// <summary>The texts of durations, timestamps and field masks.</summary>
internal static class WellKnownText
{
    private const int FractionDigits = 9;
    private const int MaxNanos = 999_999_999;

    // The years 1 to 9999.
    private const long MinTimestamp = -62_135_596_800;
    private const long MaxTimestamp = 253_402_300_799;

    /// <summary>A duration as seconds with 0, 3, 6 or 9 digits, for instance 0.250s.</summary>
    public static string Duration(ReadOnlySpan<byte> body)
    {
        var (seconds, nanos) = SecondsAndNanos(body);
        return Duration(seconds, nanos);
    }

    /// <summary>A duration as seconds with 0, 3, 6 or 9 digits.</summary>
    public static string Duration(long seconds, int nanos)
    {
        var sign = seconds < 0 || nanos < 0 ? "-" : "";
        var whole = UInt128.CreateTruncating(Int128.Abs(seconds)).ToString(CultureInfo.InvariantCulture);
        return sign + whole + Fraction(Math.Abs((long)nanos)) + "s";
    }

    /// <summary>Writes a timestamp in RFC 3339; one that is out of range as an object with a warning, as Google's formatter does.</summary>
    public static void WriteTimestamp(Utf8JsonWriter writer, ReadOnlySpan<byte> body)
    {
        var (seconds, nanos) = SecondsAndNanos(body);
        if (seconds is < MinTimestamp or > MaxTimestamp || nanos is < 0 or > MaxNanos)
        {
            writer.WriteStartObject();
            writer.WriteString("@warning", "Invalid Timestamp");
            writer.WriteString("seconds", seconds.ToString(CultureInfo.InvariantCulture));
            writer.WriteNumber("nanos", nanos);
            writer.WriteEndObject();
            return;
        }

        var time = DateTime.UnixEpoch.AddSeconds(seconds);
        writer.WriteStringValue(time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + Fraction(nanos) + "Z");
    }

    /// <summary>The paths in lowerCamelCase with commas between.</summary>
    public static string FieldMask(ReadOnlySpan<byte> body)
    {
        const int pathsField = 1;
        var paths = new List<string>();
        var reader = new WireReader(body);
        while (!reader.AtEnd)
        {
            var (number, wireType) = reader.ReadTag();
            if (number == pathsField && wireType == WireReader.Bytes)
                paths.Add(CamelCase(Encoding.UTF8.GetString(reader.ReadBytes())));
            else
                reader.Skip(wireType);
        }

        return string.Join(',', paths);
    }

    private static (long Seconds, int Nanos) SecondsAndNanos(ReadOnlySpan<byte> body)
    {
        const int secondsField = 1;
        const int nanosField = 2;
        var (seconds, nanos) = (0L, 0);
        var reader = new WireReader(body);
        while (!reader.AtEnd)
        {
            var (number, wireType) = reader.ReadTag();
            if (number == secondsField && wireType == WireReader.Varint)
                seconds = (long)reader.ReadVarint();
            else if (number == nanosField && wireType == WireReader.Varint)
                nanos = (int)reader.ReadVarint();
            else
                reader.Skip(wireType);
        }

        return (seconds, nanos);
    }

    private static string Fraction(long nanos)
    {
        var digits = nanos.ToString("D" + FractionDigits, CultureInfo.InvariantCulture);
        return digits switch
        {
            "000000000" => "",
            _ when digits.EndsWith("000000", StringComparison.Ordinal) => "." + digits[..^6],
            _ when digits.EndsWith("000", StringComparison.Ordinal) => "." + digits[..^3],
            _ => "." + digits,
        };
    }

    private static string CamelCase(string path)
    {
        var text = new StringBuilder(path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '_' && i + 1 < path.Length)
                text.Append(char.ToUpperInvariant(path[++i]));
            else
                text.Append(path[i]);
        }

        return text.ToString();
    }
}
