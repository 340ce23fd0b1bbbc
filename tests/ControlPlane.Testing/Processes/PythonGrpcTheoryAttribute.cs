using Xunit;

namespace ControlPlane.Testing.Processes;

/// <summary>A theory that needs the system's Python with gRPC (C-core); skipped with the reason where they are absent.</summary>
public sealed class PythonGrpcTheoryAttribute : TheoryAttribute
{
    public PythonGrpcTheoryAttribute()
    {
        Skip = ExternalPrograms.WhyNoPythonGrpc;
    }
}
