using Xunit;

namespace ControlPlane.Testing.Clusters;

/// <summary>A theory that needs a real API server; skipped with the reason where its programs are absent.</summary>
public sealed class ApiServerTheoryAttribute : TheoryAttribute
{
    public ApiServerTheoryAttribute() => Skip = ApiServerBinaries.WhyNot;
}
