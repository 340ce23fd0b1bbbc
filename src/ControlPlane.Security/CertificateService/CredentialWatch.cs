using ControlPlane.Security.Callers;

namespace ControlPlane.Security.CertificateService;

/// <summary>
/// Notices when one credential gets many certificates within an hour: a stolen token signs as long as it lives. An agent asks twice in a
/// certificate's life. Safe for concurrent use.
/// </summary>
/// <param name="time">Clock.</param>
public sealed class CredentialWatch(TimeProvider time)
{
    /// <summary>How many certificates within an hour are no surprise.</summary>
    public const int Usual = 20;

    private const int MaxCredentials = 50_000;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);
    private DateTimeOffset _since = DateTimeOffset.MinValue;

    /// <summary>Counts a certificate; gives the count once, when it passes what is usual, else null.</summary>
    public int? Count(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _since >= Window || _uses.Count >= MaxCredentials)
            {
                _uses.Clear();
                _since = now;
            }

            var count = _uses[caller.CredentialId] = _uses.GetValueOrDefault(caller.CredentialId) + 1;
            return count == Usual + 1 ? count : null;
        }
    }
}
