namespace ControlPlane.Security.Signing;

/// <summary>How long certificates live.</summary>
/// <param name="DefaultLifetime">Where a caller asks for none.</param>
/// <param name="MaxLifetime">The most that a caller may ask for.</param>
public sealed record CertificatePolicy(TimeSpan DefaultLifetime, TimeSpan MaxLifetime)
{
    /// <summary>How long before now a certificate begins, for clocks that are behind (Istio's: 2 minutes).</summary>
    public static readonly TimeSpan BackDating = TimeSpan.FromMinutes(2);

    /// <summary>Istio's defaults: 24 hours, at most 90 days.</summary>
    public static CertificatePolicy Default { get; } = new(TimeSpan.FromHours(24), TimeSpan.FromDays(90));

    /// <summary>The lifetime that a caller gets who asks for so many seconds; zero or less stands for the default.</summary>
    /// <exception cref="LifetimeException">It is more than is allowed: not cut, so that nobody counts on what it doesn't have.</exception>
    public TimeSpan Lifetime(long seconds)
    {
        if (seconds <= 0)
            return DefaultLifetime;
        return seconds <= (long)MaxLifetime.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new LifetimeException($"the lifetime of {seconds} s asked for is longer than the {(long)MaxLifetime.TotalSeconds} s that are allowed");
    }
}
