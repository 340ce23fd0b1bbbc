using Xunit;

namespace ControlPlane.Testing.Processes;

/// <summary>A theory that needs the openssl command; skipped with the reason where it is absent.</summary>
public sealed class OpenSslTheoryAttribute : TheoryAttribute
{
    public OpenSslTheoryAttribute()
    {
        Skip = ExternalPrograms.WhyNoOpenSsl;
    }
}
