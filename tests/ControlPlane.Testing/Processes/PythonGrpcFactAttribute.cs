using Xunit;

namespace ControlPlane.Testing.Processes;

/// <summary>A fact that needs the system's Python with gRPC (C-core); skipped with the reason where they are absent.</summary>
public sealed class PythonGrpcFactAttribute : FactAttribute
{
    public PythonGrpcFactAttribute()
    {
        Skip = ExternalPrograms.WhyNoPythonGrpc;
    }
}
