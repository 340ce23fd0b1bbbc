using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Security.Authority;
using ControlPlane.Security.Identities;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Security.Callers;

/// <summary>Finds out who a caller is: by its client certificate, then by its token, as istiod does. Safe for concurrent use.</summary>
/// <param name="verifiers">The kinds of tokens that are taken, in the order in which they are tried.</param>
/// <param name="trustDomains">The trust domains of the mesh.</param>
/// <param name="authority">Knows what is revoked.</param>
/// <param name="time">Wall clock.</param>
public sealed class CallerAuthenticator(IReadOnlyList<ITokenVerifier> verifiers, ITrustDomains trustDomains, CurrentAuthority authority, TimeProvider time)
{
    /// <summary>Greatest length of a token.</summary>
    public const int MaxTokenLength = 16 * 1024;

    private const string Authorization = "authorization";
    private const string Bearer = "Bearer ";
    private const int DotsOfToken = 2;

    /// <summary>Looks at what a request brings along. The chain of a client certificate was verified in the handshake.</summary>
    public async ValueTask<CallerResult> AuthenticateAsync(HttpContext http, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(http);
        var byCertificate = http.Connection.ClientCertificate is { } certificate ? OfCertificate(certificate) : CallerResult.Failed("no client certificate");
        if (byCertificate.Caller is not null)
            return byCertificate;
        var byToken = TokenOf(http) is { } token ? await OfTokenAsync(token, cancellationToken).ConfigureAwait(false) : CallerResult.Failed("no token");
        return byToken.Caller is not null ? byToken : CallerResult.Failed($"{byCertificate.Reason}; {byToken.Reason}");
    }

    private CallerResult OfCertificate(X509Certificate2 certificate)
    {
        // Connections live longer than certificates and lists: what was valid at the handshake may not be now.
        if (certificate.NotAfter.ToUniversalTime() <= time.GetUtcNow().UtcDateTime)
            return CallerResult.Failed("the client certificate has expired since the handshake");
        if (authority.Value?.Revoked.Contains(certificate) == true)
            return CallerResult.Failed("the client certificate has been revoked since the handshake");
        var names = PeerNames.Of(certificate).Where(name => name.StartsWith(SpiffeId.Scheme, StringComparison.OrdinalIgnoreCase)).ToList();
        if (names is not [var name] || !SpiffeId.TryParse(name, out var identity))
            return CallerResult.Failed("the client certificate does not name exactly one workload identity");
        if (!trustDomains.Contains(identity.TrustDomain))
            return CallerResult.Failed($"{identity} is not of a trust domain of this mesh");
        return CallerResult.Proven(new Caller(
            identity, CallerProof.ClientCertificate, "", "", certificate.NotAfter, certificate.GetCertHashString(HashAlgorithmName.SHA256)));
    }

    private async ValueTask<CallerResult> OfTokenAsync(string token, CancellationToken cancellationToken)
    {
        if (token.Length > MaxTokenLength)
            return CallerResult.Failed($"the token is longer than {MaxTokenLength} characters");
        if (trustDomains.Current is not { } trustDomain)
            return CallerResult.Failed("the mesh configuration has not been read yet");
        var reasons = new List<string>();
        foreach (var verifier in verifiers)
        {
            var verdict = await verifier.VerifyAsync(token, cancellationToken).ConfigureAwait(false);
            if (verdict.Claims is not { } claims)
            {
                reasons.Add(verdict.Reason);
                continue;
            }

            var identity = SpiffeId.Create(trustDomain, claims.Namespace, claims.ServiceAccount);
            return CallerResult.Proven(new Caller(identity, CallerProof.Token, claims.PodName, claims.PodUid, claims.ExpiresAt, TokenHash.Of(token)));
        }

        return CallerResult.Failed(reasons.Count == 0 ? "tokens are not taken here" : string.Join("; ", reasons));
    }

    // The first that is a bearer token, as istiod takes it. An Envoy whose credential injector can't write a prefix sends the token alone.
    private static string? TokenOf(HttpContext http)
    {
        foreach (var value in http.Request.Headers[Authorization])
        {
            if (value?.StartsWith(Bearer, StringComparison.Ordinal) == true)
                return value[Bearer.Length..].Trim();
            if (value?.Count('.') == DotsOfToken && !value.Contains(' ', StringComparison.Ordinal))
                return value;
        }

        return null;
    }
}
