using System.Diagnostics.Metrics;
using ControlPlane.Kubernetes;
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
    /// <param name="options">What is read.</param>
    /// <param name="cluster">The cluster, where objects come from one; else null.</param>
    /// <param name="time">The clock.</param>
    public static IModelSource Watch(SourceOptions options, KubernetesCluster? cluster, TimeProvider time)
    {
        if (cluster is not null)
            return cluster.Source;
        return options.Source.Directory is { } directory
            ? new DirectorySource(directory, Reading(options), time)
            : new EmbeddedSource(EmbeddedSource.DefaultSample, Reading(options));
    }

    /// <summary>A connection to the cluster that the options name; null where they name none.</summary>
    /// <param name="options">What is read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="meters">Makes the meter of its requests and mirrors.</param>
    public static KubernetesCluster? Connect(SourceOptions options, TimeProvider time, IMeterFactory meters) => options.Cluster is { } connection
        ? new KubernetesCluster(connection, new KubernetesOptions { Resources = Resources(options), Events = new() { Instance = Environment.MachineName } }, time, Random.Shared, meters.Create(KubernetesCluster.MeterName))
        : null;

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
