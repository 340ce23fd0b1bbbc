using Xunit;

namespace ControlPlane.Testing.Proxies;

/// <summary>A fact that runs a real Envoy in a network namespace of its own; skipped with the reason where that can't be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EnvoyFactAttribute : FactAttribute
{
    /// <param name="shared">A file or folder of <see cref="SharedDirectory"/> that the test reads besides.</param>
    public EnvoyFactAttribute(string? shared = null)
    {
        Skip = EnvoyBinary.WhyNot ?? (shared is null ? null : SharedDirectory.ReasonToSkip(shared));
    }
}
