using ControlPlane.Security.Identities;

namespace ControlPlane.Security.Tests.Support;

/// <summary>Trust domains that a test sets.</summary>
internal sealed class FixedTrustDomains : ITrustDomains
{
    public string? Current { get; set; } = "cluster.local";

    public bool Contains(string trustDomain) => trustDomain == Current || trustDomain == "old.local";
}
