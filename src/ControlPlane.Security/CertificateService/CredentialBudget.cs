using ControlPlane.Security.Callers;

namespace ControlPlane.Security.CertificateService;

/// <summary>
/// Lets one credential get some certificates at once and then one a second: an agent needs two in a certificate's life, and a few more when it
/// starts over. Identities are not counted, as thousands of pods may share one. Safe for concurrent use.
/// </summary>
/// <param name="time">Clock.</param>
public sealed class CredentialBudget(TimeProvider time)
{
    /// <summary>How many certificates a credential may get at once.</summary>
    public const int Burst = 60;

    private const int MaxCredentials = 50_000;
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();

    // By credential the moment at which its budget is whole again.
    private readonly Dictionary<string, DateTimeOffset> _whole = new(StringComparer.Ordinal);

    /// <summary>Takes one certificate from the budget of the caller's credential; false where nothing is left.</summary>
    public bool TryTake(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_whole.Count >= MaxCredentials)
                Forget(now);
            var from = _whole.TryGetValue(caller.CredentialId, out var whole) && whole > now ? whole : now;
            if (from + Refill - now > Refill * Burst)
                return false;
            _whole[caller.CredentialId] = from + Refill;
            return true;
        }
    }

    // Those that are whole say nothing; where so many are not, all begin anew rather than to fill the memory.
    private void Forget(DateTimeOffset now)
    {
        foreach (var credential in _whole.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList())
            _whole.Remove(credential);
        if (_whole.Count >= MaxCredentials)
            _whole.Clear();
    }
}
