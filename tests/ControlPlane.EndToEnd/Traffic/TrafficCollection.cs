namespace ControlPlane.EndToEnd.Traffic;

/// <summary>The tests that share one mesh; they run one after another, each with services of its own.</summary>
[CollectionDefinition(Name)]
public class TrafficCollection : ICollectionFixture<TrafficFixture>
{
    public const string Name = "Traffic";
}
