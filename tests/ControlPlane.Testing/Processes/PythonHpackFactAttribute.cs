using Xunit;

namespace ControlPlane.Testing.Processes;

/// <summary>A fact that needs the system's Python with its HPACK; skipped with the reason where they are absent.</summary>
public sealed class PythonHpackFactAttribute : FactAttribute
{
    public PythonHpackFactAttribute()
    {
        Skip = ExternalPrograms.WhyNoPythonHpack;
    }
}
