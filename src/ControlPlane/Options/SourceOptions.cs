namespace ControlPlane.Options;

/// <summary>Options: what is read.</summary>
/// <param name="Source">Where objects come from.</param>
/// <param name="MeshConfigFile">A file with the mesh configuration that overrides the ConfigMap's; "" for none.</param>
/// <param name="RootNamespace">Namespace in which the ConfigMap of the mesh configuration is looked for.</param>
public sealed record SourceOptions(SourceSpec Source, string MeshConfigFile, string RootNamespace)
{
    /// <summary>Reads the options. Faults are recorded in <paramref name="values"/>.</summary>
    public static SourceOptions Read(SettingValues values)
    {
        var options = new SourceOptions(values.Get(Settings.Source), values.Get(Settings.MeshConfig), values.Get(Settings.RootNamespace));
        if (options.Source.Directory is { } directory && !Directory.Exists(directory) && !File.Exists(directory))
            values.Fail($"{Settings.Source.Flag}: there is no directory {directory}; name one that holds Kubernetes YAML");
        if (options.MeshConfigFile.Length > 0 && !File.Exists(options.MeshConfigFile))
            values.Fail($"{Settings.MeshConfig.Flag}: there is no file {options.MeshConfigFile}; name one that holds a MeshConfig in YAML");
        return options;
    }
}
