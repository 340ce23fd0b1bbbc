namespace ControlPlane.Options;

/// <summary>Options: traces of changes.</summary>
/// <param name="Endpoint">The OTLP receiver; null where nothing is traced.</param>
public sealed record TracingOptions(Uri? Endpoint)
{
    /// <summary>Reads the options. Faults are recorded in <paramref name="values"/>.</summary>
    public static TracingOptions Read(SettingValues values) => new(values.Get(Settings.OtlpEndpoint));
}
