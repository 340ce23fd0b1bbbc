using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Security.Signing;

/// <summary>
/// The certificate that the server itself shows: issued by the authority for the server's names, made anew at half of its life and whenever the
/// authority has changed. Asked at every handshake, so it needs no timer. Safe for concurrent use.
/// </summary>
public sealed class ServerCertificate
{
    /// <summary>How long it lives.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private readonly CertificateIssuer _issuer;
    private readonly CurrentAuthority _current;
    private readonly CertificateNames _names;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile State? _state;

    /// <summary>Makes a holder; the certificate is made when it is asked for.</summary>
    /// <param name="issuer">Issues it.</param>
    /// <param name="current">The authority, to notice changes.</param>
    /// <param name="names">Under which names clients find the server.</param>
    /// <param name="time">Wall clock.</param>
    /// <param name="logger">Hears of new ones.</param>
    public ServerCertificate(CertificateIssuer issuer, CurrentAuthority current, CertificateNames names, TimeProvider time, ILogger<ServerCertificate> logger)
    {
        _issuer = issuer;
        _current = current;
        _names = names;
        _time = time;
        _logger = logger;
    }

    /// <summary>What to show now.</summary>
    /// <exception cref="IssuanceException">There is no authority to issue one, and none is left from before.</exception>
    public SslStreamCertificateContext Get()
    {
        if (_state is { } known && IsFresh(known))
            return known.Context;
        lock (_lock)
        {
            if (_state is { } renewed && IsFresh(renewed))
                return renewed.Context;
            try
            {
                return (_state = Make()).Context;
            }
            catch (IssuanceException) when (_state is { } old && old.NotAfter > _time.GetUtcNow())
            {
                return old.Context;
            }
        }
    }

    private bool IsFresh(State state) => _time.GetUtcNow() < state.RenewAt && ReferenceEquals(state.Authority, _current.Value);

    private State Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issued = _issuer.Issue(SubjectKey.Of(key), _names, Lifetime);
        var intermediates = new X509Certificate2Collection();
        foreach (var link in issued.Authority.IntermediatesPem)
            intermediates.ImportFromPem(link);
        using var leaf = issued.ToCertificate();
        var context = SslStreamCertificateContext.Create(leaf.CopyWithPrivateKey(key), intermediates, offline: true);
        SecurityLog.ServerCertificateMade(_logger, string.Join(", ", _names.DnsNames), issued.Serial, issued.NotAfter);
        var now = _time.GetUtcNow();
        return new State(context, issued.Authority, now + ((issued.NotAfter - now) / 2), issued.NotAfter);
    }

    private sealed record State(SslStreamCertificateContext Context, CertificateAuthority Authority, DateTimeOffset RenewAt, DateTimeOffset NotAfter);
}
