using ControlPlane.Translation.Envoy;
using Google.Protobuf.WellKnownTypes;
using Validate;

namespace ControlPlane.Pipeline.Gate;

/// <summary>A demand on a duration.</summary>
internal sealed class DurationRule : IValueRule
{
    /// <summary>Durations of this many seconds and more are refused by Envoy, which counts nanoseconds in a signed 64-bit number.</summary>
    private const long TooManySeconds = 9_223_372_036;

    private const int NanosPerSecond = 1_000_000_000;

    private readonly Bounds<Int128> _bounds;

    private DurationRule(Bounds<Int128> bounds) => _bounds = bounds;

    /// <summary>The rule, or null where every duration is right.</summary>
    public static DurationRule? Of(DurationRules rules)
    {
        var bounds = new Bounds<Int128>(rules, value => Nanos((Duration)value), Print);
        return bounds.AreOpen ? null : new DurationRule(bounds);
    }

    /// <summary>What is wrong with a duration anywhere, or null. Envoy refuses negative ones and those out of range wherever it reads one.</summary>
    public static string? Soundness(Duration duration)
    {
        if (duration.Seconds < 0 || duration.Nanos < 0)
            return $"must not be negative: {ProtoJson.FormatDuration(duration)}";
        return duration.Seconds >= TooManySeconds || duration.Nanos >= NanosPerSecond ? $"is out of range: {ProtoJson.FormatDuration(duration)}" : null;
    }

    /// <inheritdoc/>
    public string? Check(object value) => _bounds.Check(Nanos((Duration)value));

    private static Int128 Nanos(Duration duration) => ((Int128)duration.Seconds * NanosPerSecond) + duration.Nanos;

    private static string Print(Int128 nanos) =>
        ProtoJson.FormatDuration(new Duration { Seconds = (long)(nanos / NanosPerSecond), Nanos = (int)(nanos % NanosPerSecond) });
}
