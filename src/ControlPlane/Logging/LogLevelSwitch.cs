using ControlPlane.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ControlPlane.Logging;

/// <summary>The levels of the log, which may change while the server runs: loggers take them over at once, and pay nothing for it while they stay.</summary>
internal sealed class LogLevelSwitch(LogLevels levels) : IConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>
{
    // It writes a line of the greatest level for each stream that a client resets when it may no more: thousands a second, for whoever reaches the
    // port. The connection is closed, which it says as well, at a lesser level.
    private const string Http2 = "Microsoft.AspNetCore.Server.Kestrel.Http2";

    private readonly Lock _lock = new();
    private volatile LogLevels _levels = levels;
    private volatile ConfigurationReloadToken _changed = new();

    public string Name => Microsoft.Extensions.Options.Options.DefaultName;

    public LogLevels Levels => _levels;

    public IChangeToken GetChangeToken() => _changed;

    public void Configure(LoggerFilterOptions options)
    {
        var now = _levels;
        foreach (var (area, categories) in LogAreas.All)
        {
            foreach (var category in categories)
                options.Rules.Add(new LoggerFilterRule(null, category, now[area], null));
        }

        options.Rules.Add(new LoggerFilterRule(null, Http2, now[LogAreas.Http], static (_, _, level) => level != LogLevel.Critical));
    }

    /// <summary>Changes levels.</summary>
    /// <param name="text">See <see cref="LogLevels.With"/>.</param>
    /// <exception cref="FormatException">The text is wrong; nothing changes.</exception>
    public LogLevels Change(string text)
    {
        lock (_lock)
        {
            _levels = _levels.With(text);
            var before = _changed;
            _changed = new ConfigurationReloadToken();
            before.OnReload();
            return _levels;
        }
    }
}
