using Xunit;

namespace ControlPlane.Testing.Network;

/// <summary>A theory that needs Envoys in pods whose traffic is intercepted; skipped with the reason where that can't be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class InterceptionTheoryAttribute : TheoryAttribute
{
    public InterceptionTheoryAttribute()
    {
        Skip = new InterceptionFactAttribute().Skip;
    }
}
