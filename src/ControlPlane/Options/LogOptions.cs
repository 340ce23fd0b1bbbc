namespace ControlPlane.Options;

/// <summary>Options: the log, on standard error.</summary>
/// <param name="Levels">The least levels that are written, at the start.</param>
/// <param name="Format">The form of its lines.</param>
public sealed record LogOptions(LogLevels Levels, LogFormat Format)
{
    /// <summary>Reads the options. Faults are recorded in <paramref name="values"/>.</summary>
    public static LogOptions Read(SettingValues values) => new(values.Get(Settings.LogLevel), values.Get(Settings.LogFormat));
}
