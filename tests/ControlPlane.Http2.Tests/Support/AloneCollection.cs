namespace ControlPlane.Http2.Tests.Support;

/// <summary>Tests that measure the whole process and so may not run beside others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
