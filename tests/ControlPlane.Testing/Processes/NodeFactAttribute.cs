using Xunit;

namespace ControlPlane.Testing.Processes;

/// <summary>A fact that needs node and the packages of tests/interop/node; skipped with the reason where they are absent.</summary>
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute()
    {
        Skip = ExternalPrograms.WhyNoNode;
    }
}
