namespace ControlPlane.Options;

/// <summary>Options: the debug endpoints.</summary>
/// <param name="FromAnywhere">Whether others than callers on this machine (port-forwards among them) may use them without proving who they are.</param>
public sealed record DebugOptions(bool FromAnywhere)
{
    /// <summary>Reads the options. Faults are recorded in <paramref name="values"/>.</summary>
    public static DebugOptions Read(SettingValues values) => new(values.Get(Settings.DebugFromAnywhere));
}
