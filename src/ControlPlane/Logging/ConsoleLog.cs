using ControlPlane.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace ControlPlane.Logging;

/// <summary>The log on standard error; standard output is for what a command answers.</summary>
internal static class ConsoleLog
{
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    public static void AddConsoleLog(this ILoggingBuilder logging, LogOptions options)
    {
        logging.AddConsole(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;

            // Who reads the log may stop doing so: then lines get lost, which is counted in it, and nothing else waits.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
            console.FormatterName = options.Format == LogFormat.Json ? ConsoleFormatterNames.Json : ConsoleFormatterNames.Simple;
        });
        if (options.Format == LogFormat.Json)
            logging.AddJsonConsole(Common);
        else
            logging.AddSimpleConsole(line => { Common(line); line.SingleLine = true; });
    }

    /// <summary>Sets the levels, which may change later.</summary>
    public static void AddLevels(this ILoggingBuilder logging, LogLevels levels)
    {
        var source = new LogLevelSwitch(levels);
        logging.Services.AddSingleton(source);
        logging.Services.AddSingleton<IConfigureOptions<LoggerFilterOptions>>(source);
        logging.Services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(source);
    }

    private static void Common(ConsoleFormatterOptions line)
    {
        line.TimestampFormat = Timestamp;
        line.UseUtcTimestamp = true;
    }
}
