using Xunit;

namespace ControlPlane.Testing.Processes;

/// <summary>A theory that needs node and the packages of tests/interop/node; skipped with the reason where they are absent.</summary>
public sealed class NodeTheoryAttribute : TheoryAttribute
{
    public NodeTheoryAttribute()
    {
        Skip = ExternalPrograms.WhyNoNode;
    }
}
