using Microsoft.Extensions.Logging;

namespace ControlPlane.Options;

/// <summary>Options: the log, on standard error.</summary>
/// <param name="Level">The least level that is written.</param>
/// <param name="Format">The form of its lines.</param>
public sealed record LogOptions(LogLevel Level, LogFormat Format)
{
    /// <summary>Reads the options. Faults are recorded in <paramref name="values"/>.</summary>
    public static LogOptions Read(SettingValues values) => new(values.Get(Settings.LogLevel), values.Get(Settings.LogFormat));
}
