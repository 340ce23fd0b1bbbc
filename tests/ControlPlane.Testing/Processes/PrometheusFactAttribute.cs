using Xunit;

namespace ControlPlane.Testing.Processes;

/// <summary>A fact that needs the prometheus server; skipped with the reason where it is absent.</summary>
public sealed class PrometheusFactAttribute : FactAttribute
{
    public PrometheusFactAttribute()
    {
        Skip = ExternalPrograms.WhyNoPrometheus;
    }
}
