using ControlPlane.Options;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

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
            console.FormatterName = options.Format == LogFormat.Json ? ConsoleFormatterNames.Json : ConsoleFormatterNames.Simple;
        });
        if (options.Format == LogFormat.Json)
            logging.AddJsonConsole(Common);
        else
            logging.AddSimpleConsole(line => { Common(line); line.SingleLine = true; });
        // Requests are counted, and streams logged by the xDS service: ASP.NET Core's own lines about each would say it again.
        logging.AddFilter("Microsoft", options.Level > LogLevel.Warning ? options.Level : LogLevel.Warning);
    }

    private static void Common(ConsoleFormatterOptions line)
    {
        line.TimestampFormat = Timestamp;
        line.UseUtcTimestamp = true;
    }
}
