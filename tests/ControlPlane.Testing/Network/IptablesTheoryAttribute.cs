using Xunit;

namespace ControlPlane.Testing.Network;

/// <summary>A theory that makes network namespaces and changes their iptables; skipped with the reason where that can't be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IptablesTheoryAttribute : TheoryAttribute
{
    public IptablesTheoryAttribute()
    {
        Skip = new IptablesFactAttribute().Skip;
    }
}
