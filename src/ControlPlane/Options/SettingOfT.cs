namespace ControlPlane.Options;

/// <summary>A setting and the type of its value.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
public sealed class Setting<T> : Setting
{
    /// <summary>Declares a setting.</summary>
    /// <param name="flag">The option, e.g. --xds-address.</param>
    /// <param name="valueName">How help calls its value.</param>
    /// <param name="defaultText">Text of the default.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="parse">Reads a text; throws <see cref="FormatException"/> whose message says what is expected.</param>
    /// <param name="aliases">Other spellings of the option.</param>
    public Setting(string flag, string valueName, string defaultText, string description, Func<string, T> parse, params string[] aliases)
        : base(flag, valueName, defaultText, description, aliases) => Parse = parse;

    /// <summary>Reads a text; throws <see cref="FormatException"/> whose message says what is expected.</summary>
    public Func<string, T> Parse { get; }
}
