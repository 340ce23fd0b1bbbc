using Xunit;

namespace ControlPlane.Testing.Clusters;

/// <summary>A fact that needs a real API server; skipped with the reason where its programs are absent.</summary>
public sealed class ApiServerFactAttribute : FactAttribute
{
    public ApiServerFactAttribute() => Skip = ApiServerBinaries.WhyNot;
}
