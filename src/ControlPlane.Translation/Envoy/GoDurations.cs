using System.Buffers;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Translation.Envoy;

/// <summary>Reads durations as Go writes them (1h30m, 1.5s, 300ms): some node metadata and annotations are so.</summary>
public static class GoDurations
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly (string Unit, double Seconds)[] Units = [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    /// <summary>The duration; null for a text that is none.</summary>
    public static Duration? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        var rest = text.AsSpan();
        var negative = rest[0] == '-';
        if (rest[0] is '-' or '+')
            rest = rest[1..];
        if (rest is "0")
            return new Duration();
        double seconds = 0;
        if (rest.IsEmpty)
            return null;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
                return null;
            rest = rest[digits..];
            var letters = rest.IndexOfAny(Digits);
            var unit = letters < 0 ? rest : rest[..letters];
            rest = rest[unit.Length..];
            if (Factor(unit) is not { } factor)
                return null;
            seconds += value * factor;
        }

        var ticks = Math.Round(seconds * TimeSpan.TicksPerSecond);
        return Math.Abs(ticks) > Duration.MaxSeconds * (double)TimeSpan.TicksPerSecond ? null : Duration.FromTimeSpan(new TimeSpan((long)(negative ? -ticks : ticks)));
    }

    private static double? Factor(ReadOnlySpan<char> unit)
    {
        foreach (var (name, seconds) in Units)
        {
            if (unit.SequenceEqual(name))
                return seconds;
        }

        return null;
    }
}
