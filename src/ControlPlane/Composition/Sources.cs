using ControlPlane.Kubernetes.Files;
using ControlPlane.Kubernetes.Reflectors;
using ControlPlane.Kubernetes.Resources;
using ControlPlane.Model.Sources;
using ControlPlane.Options;

namespace ControlPlane.Composition;

/// <summary>Makes the sources that options name.</summary>
public static class Sources
{
    /// <summary>A source that goes on hearing of changes.</summary>
    public static IModelSource Watch(SourceOptions options, TimeProvider time)
    {
        if (options.Cluster is { } cluster)
            return new KubernetesSource(cluster, new KubernetesOptions { Resources = Resources(options) }, time, Random.Shared);
        return options.Source.Directory is { } directory
            ? new DirectorySource(directory, Reading(options), time)
            : new EmbeddedSource(EmbeddedSource.DefaultSample, Reading(options));
    }

    /// <summary>What is there now.</summary>
    public static DirectoryReading ReadOnce(SourceOptions options) => options.Source.Directory is { } directory
        ? DirectoryReader.Read(directory, Reading(options))
        : new EmbeddedSource(EmbeddedSource.DefaultSample, Reading(options)).Reading;

    private static DirectoryOptions Reading(SourceOptions options) => new()
    {
        MeshConfigFile = options.MeshConfigFile,
        Resources = Resources(options),
    };

    private static ResourceOptions Resources(SourceOptions options) => new() { RootNamespace = options.RootNamespace, Revision = options.Revision };
}
