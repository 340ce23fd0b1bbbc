using ControlPlane.Kubernetes.Client.Configuration;

namespace ControlPlane.Options;

/// <summary>Options: what is read.</summary>
/// <param name="Source">Where objects come from.</param>
/// <param name="MeshConfigFile">A file with the mesh configuration that overrides the ConfigMap's; "" for none.</param>
/// <param name="RootNamespace">Namespace in which the ConfigMap of the mesh configuration is looked for.</param>
/// <param name="Revision">Revision of this control plane; "" where it has no name and reads all configuration.</param>
/// <param name="Cluster">The API server and who to be there; null where <paramref name="Source"/> is no cluster.</param>
public sealed record SourceOptions(SourceSpec Source, string MeshConfigFile, string RootNamespace, string Revision, ClusterConnection? Cluster)
{
    /// <summary>Whether statuses are written: what the Gateway API wants told, and what is wrong with Istio's configuration objects.</summary>
    public bool WritesStatus { get; init; }

    /// <summary>Reads the options. Faults are recorded in <paramref name="values"/>.</summary>
    public static SourceOptions Read(SettingValues values)
    {
        var source = values.Get(Settings.Source);
        var options = new SourceOptions(
            source, values.Get(Settings.MeshConfig), values.Get(Settings.RootNamespace), values.Get(Settings.Revision), source.IsCluster ? Connection(values) : null)
        {
            WritesStatus = values.Get(Settings.ConfigStatus),
        };
        if (options.Source.Directory is { } directory && !Directory.Exists(directory) && !File.Exists(directory))
            values.Fail($"{Settings.Source.Flag}: there is no directory {directory}; name one that holds Kubernetes YAML");
        if (options.MeshConfigFile.Length > 0 && !File.Exists(options.MeshConfigFile))
            values.Fail($"{Settings.MeshConfig.Flag}: there is no file {options.MeshConfigFile}; name one that holds a MeshConfig in YAML");
        if (options.MeshConfigFile.Length > 0 && source.IsCluster)
            values.Fail($"{Settings.MeshConfig.Flag}: with {Settings.Source.Flag} {SourceSpec.KubernetesText} the mesh configuration is the ConfigMap istio in {options.RootNamespace}");
        if (!source.IsCluster && values.Get(Settings.KubeContext).Length > 0)
            values.Fail($"{Settings.KubeContext.Flag}: means something only with {Settings.Source.Flag} {SourceSpec.KubernetesText}");
        if (options.WritesStatus && !source.IsCluster)
            values.Fail($"{Settings.ConfigStatus.Flag}: means something only with {Settings.Source.Flag} {SourceSpec.KubernetesText}");
        return options;
    }

    /// <summary>As kubectl looks for it: the file that is named, the pod's service account, the user's own file.</summary>
    private static ClusterConnection? Connection(SettingValues values)
    {
        try
        {
            var file = values.Get(Settings.KubeConfig);
            var context = values.Get(Settings.KubeContext);
            if (file.Length == 0 && context.Length == 0 && InClusterConfiguration.IsAvailable(values.Environment))
                return InClusterConfiguration.Read(values.Environment);
            return KubeConfigReader.Read(file.Length > 0 ? file : Path.Join(values.Environment("HOME"), ".kube", "config"), context);
        }
        catch (ConnectionException fault)
        {
            values.Fail($"{Settings.Source.Flag} {SourceSpec.KubernetesText}: {fault.Message}");
            return null;
        }
    }
}
