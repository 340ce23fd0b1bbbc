using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Security.Authority;

/// <summary>
/// Keeps <see cref="CurrentAuthority"/> at what the source gives. It asks at intervals, which works for mounted Secrets, for files on any file
/// system and for a store that another replica changes. What can't be used is logged once, and the last good authority goes on signing.
/// </summary>
/// <param name="source">Where the authority comes from.</param>
/// <param name="current">What is kept.</param>
/// <param name="time">Clock of the interval.</param>
/// <param name="logger">Hears of changes and of what can't be used.</param>
public sealed class AuthorityKeeper(IAuthoritySource source, CurrentAuthority current, TimeProvider time, ILogger<AuthorityKeeper> logger) : BackgroundService
{
    /// <summary>How often the source is asked.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private string _lastFault = "";
    private CertificateAuthority? _outdated;

    /// <summary>Reads the authority for the first time.</summary>
    /// <exception cref="AuthorityException">There is none that can be used.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            Take(await source.ReadAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AuthorityException($"the authority in {source.Name} can't be read or written: {fault.Message}", fault);
        }
    }

    /// <summary>Asks the source once more; takes over what has changed.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            var material = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (!material.SameAs(current.Value?.Material))
                Take(material);
            _lastFault = "";
            CheckLists();
        }
#pragma warning disable CA1031 // Whatever a store throws, the authority from before goes on signing; a service that throws would stop the process.
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            if (_lastFault != fault.Message)
                SecurityLog.AuthorityUnusable(logger, source.Name, fault.Message);
            _lastFault = fault.Message;
        }
#pragma warning restore CA1031
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                await RefreshAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end, also where the host is disposed without having been stopped.
        }
    }

    private void Take(AuthorityMaterial material)
    {
        var authority = CertificateAuthority.Load(material, source.Name);
        current.Set(authority);
        SecurityLog.AuthorityTaken(
            logger, source.Name, authority.Certificate.Subject, authority.Certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256),
            authority.NotAfter, authority.Roots.Roots.Count());
        if (authority.Revoked.Contains(authority.Certificate))
            SecurityLog.AuthorityRevoked(logger, source.Name);
        if (authority.NotAfter <= time.GetUtcNow())
            SecurityLog.AuthorityExpired(logger, source.Name, authority.NotAfter);
        if (authority.Unlisted.Count > 0)
            SecurityLog.ListsMissing(logger, source.Name, string.Join("', '", authority.Unlisted));
        CheckLists();
    }

    private void CheckLists()
    {
        if (current.Value is not { Revoked.NextUpdate: { } due } authority || due > time.GetUtcNow() || ReferenceEquals(authority, _outdated))
            return;
        _outdated = authority;
        SecurityLog.ListOutdated(logger, source.Name, due);
    }
}
