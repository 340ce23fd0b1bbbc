namespace ControlPlane.Options;

/// <summary>
/// Reads settings: the command line wins over the environment, that over the default. Faults are gathered, so that a user hears of all
/// of them at once.
/// </summary>
/// <param name="commandLine">The text given for an option, null where it was not given.</param>
/// <param name="environment">The value of an environment variable, null where there is none.</param>
public sealed class SettingValues(Func<Setting, string?> commandLine, Func<string, string?> environment)
{
    private readonly List<string> _faults = [];

    /// <summary>What is wrong with the values read so far, a sentence each.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Records a fault that concerns several settings together.</summary>
    public void Fail(string message) => _faults.Add(message);

    /// <summary>The value of an environment variable; null where there is none.</summary>
    public string? Environment(string name) => environment(name);

    /// <summary>The value of a setting. Where the text given is wrong, a fault is recorded and the default returned.</summary>
    public T Get<T>(Setting<T> setting)
    {
        var (text, source) = Find(setting);
        try
        {
            return setting.Parse(text);
        }
        catch (FormatException fault)
        {
            _faults.Add($"{source}: '{text}' is wrong: {fault.Message}");
            return setting.Parse(setting.DefaultText);
        }
    }

    private (string Text, string Source) Find(Setting setting)
    {
        if (commandLine(setting) is { } given)
            return (given, setting.Flag);
        foreach (var name in setting.EnvironmentNames)
        {
            if (environment(name) is { Length: > 0 } value)
                return (value, $"environment variable {name} (for {setting.Flag})");
        }

        return (setting.DefaultText, setting.Flag);
    }
}
