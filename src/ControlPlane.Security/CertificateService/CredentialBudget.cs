using ControlPlane.Security.Callers;

namespace ControlPlane.Security.CertificateService;

/// <summary>
/// How many certificates one credential gets: an agent needs two in a certificate's life, and a few more when it starts over. Identities are not
/// counted, as thousands of pods may share one. Safe for concurrent use.
/// </summary>
/// <param name="perSecond">How many a second; null for no limit.</param>
/// <param name="time">Clock.</param>
public sealed class CredentialBudget(double? perSecond, TimeProvider time)
{
    private readonly RateBudget<string> _budget = new(perSecond, time);

    /// <summary>Takes one certificate from the budget of the caller's credential; false where nothing is left.</summary>
    public bool TryTake(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return _budget.TryTake(caller.CredentialId);
    }
}
