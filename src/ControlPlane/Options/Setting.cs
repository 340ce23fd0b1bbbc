namespace ControlPlane.Options;

/// <summary>One thing that a user may set: an option of the command line that can also come from the environment.</summary>
public abstract class Setting
{
    private const string EnvironmentPrefix = "CONTROLPLANE_";

    private protected Setting(string flag, string valueName, string defaultText, string description, params string[] aliases)
    {
        Flag = flag;
        ValueName = valueName;
        DefaultText = defaultText;
        Description = description;
        Aliases = aliases;
    }

    /// <summary>The option, e.g. --xds-address.</summary>
    public string Flag { get; }

    /// <summary>How help calls its value, e.g. HOST:PORT.</summary>
    public string ValueName { get; }

    /// <summary>Text of the value that applies where nothing is set; "" where that is no value.</summary>
    public string DefaultText { get; }

    /// <summary>One sentence for help and README.</summary>
    public string Description { get; }

    /// <summary>Other spellings of the option: those of istiod.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>The environment variables that set it, the first that is present wins: ours, then Istio's.</summary>
    public IEnumerable<string> EnvironmentNames =>
        [EnvironmentPrefix + Flag.TrimStart('-').Replace('-', '_').ToUpperInvariant(), .. IstioEnvironment.NamesFor(Flag)];
}
