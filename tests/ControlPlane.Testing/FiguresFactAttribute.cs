using ControlPlane.Testing.Clusters;
using Xunit;

namespace ControlPlane.Testing;

/// <summary>A measurement on a real API server: minutes long, and what it finds is for people. Runs where CONTROLPLANE_FIGURES=1.</summary>
public sealed class FiguresFactAttribute : FactAttribute
{
    public FiguresFactAttribute() =>
        Skip = Environment.GetEnvironmentVariable("CONTROLPLANE_FIGURES") == "1" ? ApiServerBinaries.WhyNot : "a measurement: set CONTROLPLANE_FIGURES=1.";
}
