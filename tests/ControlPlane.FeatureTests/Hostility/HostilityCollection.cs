namespace ControlPlane.FeatureTests.Hostility;

/// <summary>Runs while no other test does: these measure times and memory of the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class HostilityCollection
{
    public const string Name = "hostility";
}
