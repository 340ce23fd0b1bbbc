using Xunit;

namespace ControlPlane.Testing.Clusters;

/// <summary>A fact that needs a real API server; skipped with the reason where its programs are absent.</summary>
public sealed class ApiServerFactAttribute : FactAttribute
{
    /// <summary>Makes the attribute.</summary>
    /// <param name="shared">What the test needs of the shared directory beside; "" for nothing.</param>
    public ApiServerFactAttribute(string shared = "") => Skip = ApiServerBinaries.WhyNot ?? (shared.Length > 0 ? SharedDirectory.ReasonToSkip(shared) : null);
}
