using Xunit;

namespace ControlPlane.Testing.Processes;

/// <summary>A fact that needs the openssl command; skipped with the reason where it is absent.</summary>
public sealed class OpenSslFactAttribute : FactAttribute
{
    public OpenSslFactAttribute()
    {
        Skip = ExternalPrograms.WhyNoOpenSsl;
    }
}
