using Xunit;

namespace ControlPlane.Testing;

/// <summary>A fact that reads a file or folder of <see cref="SharedDirectory"/> and is skipped where that is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string relative)
    {
        Relative = relative;
        Skip = SharedDirectory.ReasonToSkip(relative);
    }

    /// <summary>The file or folder that the test reads.</summary>
    public string Relative { get; }
}
