using System.CommandLine;
using ControlPlane.Options;

namespace ControlPlane.Commands;

/// <summary>Puts settings on a command as options, and reads them back with the environment behind.</summary>
internal sealed class SettingBinder
{
    private const string BareSwitch = "true";

    private readonly Dictionary<Setting, Option<string>> _options = [];

    /// <summary>Adds an option per setting to a command.</summary>
    public SettingBinder(Command command, IEnumerable<Setting> settings)
    {
        foreach (var setting in settings)
        {
            var option = new Option<string>(setting.Flag, [.. setting.Aliases])
            {
                Description = Describe(setting),
                HelpName = setting.ValueName,
                Arity = setting is Setting<bool> ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            };
            _options[setting] = option;
            command.Options.Add(option);
        }
    }

    /// <summary>The values given on the command line, with the environment of the process behind them.</summary>
    public SettingValues Values(ParseResult result) => new(setting => Given(result, setting), Environment.GetEnvironmentVariable);

    /// <summary>The values given on the command line alone, for commands whose answer must not depend on where they run.</summary>
    public SettingValues OwnValues(ParseResult result) => new(setting => Given(result, setting), static _ => null);

    private static string Describe(Setting setting) =>
        setting.DefaultText.Length == 0 ? setting.Description : $"{setting.Description} [default: {setting.DefaultText}]";

    private string? Given(ParseResult result, Setting setting) =>
        _options.TryGetValue(setting, out var option) && result.GetResult(option) is { Implicit: false } given
            ? given.Tokens is [] ? BareSwitch : given.Tokens[^1].Value
            : null;
}
