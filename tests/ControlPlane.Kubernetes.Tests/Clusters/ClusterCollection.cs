using ControlPlane.Testing.Clusters;

namespace ControlPlane.Kubernetes.Tests.Clusters;

[CollectionDefinition(Name)]
#pragma warning disable CA1711 // xunit's own word.
public sealed class ClusterCollection : ICollectionFixture<ClusterFixture>
#pragma warning restore CA1711
{
    public const string Name = "cluster";
}
