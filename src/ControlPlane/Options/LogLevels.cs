using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Options;

/// <summary>The least level of log lines that are written: one for all areas, and those that differ from it.</summary>
public sealed class LogLevels
{
    private const string DefaultArea = "default";

    private static readonly ImmutableSortedDictionary<string, LogLevel> Names = ImmutableSortedDictionary.CreateRange(
        StringComparer.OrdinalIgnoreCase,
        new KeyValuePair<string, LogLevel>[]
        {
            new("trace", LogLevel.Trace), new("debug", LogLevel.Debug), new("info", LogLevel.Information), new("warn", LogLevel.Warning),
            new("error", LogLevel.Error), new("none", LogLevel.None),
        });

    private readonly LogLevel _default;
    private readonly ImmutableDictionary<string, LogLevel> _areas;

    private LogLevels(LogLevel @default, ImmutableDictionary<string, LogLevel> areas) => (_default, _areas) = (@default, areas);

    /// <summary>Information and above, everywhere.</summary>
    public static LogLevels Standard { get; } = new(LogLevel.Information, ImmutableDictionary<string, LogLevel>.Empty);

    /// <summary>The level of an area of <see cref="LogAreas"/>.</summary>
    public LogLevel this[string area] =>
        _areas.TryGetValue(area, out var own) ? own : area == LogAreas.Http && _default < LogLevel.Warning ? LogLevel.Warning : _default;

    /// <summary>What a level is called.</summary>
    public static string NameOf(LogLevel level) => Names.First(name => name.Value == level).Key;

    /// <summary>These levels with changes: LEVEL or default:LEVEL for all areas without one of their own, AREA:LEVEL for one, AREA:default for none of its own.</summary>
    /// <param name="text">Changes, between commas.</param>
    /// <exception cref="FormatException">The text is none; the message says what is expected.</exception>
    public LogLevels With(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var (common, areas) = (_default, _areas);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var (area, level) = part.Split(':') switch
            {
                [var all] => (DefaultArea, all),
                [var one, var its] => (one, its),
                _ => throw Unexpected(),
            };
            if (area != DefaultArea && !LogAreas.All.ContainsKey(area))
                throw Unexpected();
            if (area != DefaultArea && level == DefaultArea)
                areas = areas.Remove(area);
            else if (!Names.TryGetValue(level, out var known))
                throw Unexpected();
            else if (area == DefaultArea)
                common = known;
            else
                areas = areas.SetItem(area, known);
        }

        return new LogLevels(common, areas);
    }

    private static FormatException Unexpected() => new(
        $"expected trace, debug, info, warn, error or none, or AREA:LEVEL, several between commas; areas are {string.Join(", ", LogAreas.All.Keys)}");
}
