using System.Security.Cryptography;
using System.Text.Json;

namespace ControlPlane.Security.Callers;

/// <summary>Verifies tokens of one issuer with its keys, without asking anyone: signature, times, issuer, audience, subject, bound pod.</summary>
public sealed class JwtVerifier : ITokenVerifier
{
    /// <summary>How far clocks may differ (Istio's jwt library: one minute).</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromMinutes(1);

    private const string KubernetesClaim = "kubernetes.io";

    private readonly string _issuer;
    private readonly IReadOnlyList<string> _audiences;
    private readonly ITokenKeys _keys;
    private readonly IWorkloadDirectory? _workloads;
    private readonly TimeProvider _time;

    internal JwtVerifier(string issuer, IReadOnlyList<string> audiences, ITokenKeys keys, IWorkloadDirectory? workloads, TimeProvider time)
    {
        _issuer = issuer;
        _audiences = audiences;
        _keys = keys;
        _workloads = workloads;
        _time = time;
    }

    /// <inheritdoc/>
    public async ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellationToken)
    {
        if (!JsonWebToken.TryParse(token, out var parsed))
            return TokenVerdict.Refused("the token is no JWT");
        using (parsed)
        {
            // First what costs nothing: tokens of other issuers don't make us look for keys.
            if (parsed.Text("iss") != _issuer)
                return TokenVerdict.Refused($"the token is not of issuer {_issuer}");
            if (parsed.HasCriticalHeader)
                return TokenVerdict.Refused("the token demands an extension that is not known");
            var keys = await _keys.GetAsync(parsed.KeyId, cancellationToken).ConfigureAwait(false);
            return IsSigned(parsed, keys) ? Judge(parsed) : TokenVerdict.Refused($"the token is not signed by a key of {_issuer}");
        }
    }

    private static bool IsSigned(JsonWebToken token, IReadOnlyList<TokenKey> keys)
    {
        foreach (var key in keys.Where(key => token.KeyId is null || key.Id is null || key.Id == token.KeyId))
        {
            try
            {
                if (key.Verify(token.Algorithm, token.Signed, token.Signature))
                    return true;
            }
            catch (CryptographicException)
            {
                // A signature of the wrong length: not this key's.
            }
        }

        return false;
    }

    private TokenVerdict Judge(JsonWebToken token)
    {
        var now = _time.GetUtcNow();
        if (token.Time("exp") is not { } expiry || expiry + Leeway <= now)
            return TokenVerdict.Refused("the token has expired, or does not say when it does");
        if (token.Has("nbf") && !(token.Time("nbf") - Leeway <= now))
            return TokenVerdict.Refused("the token is not valid yet, or does not say when it is");
        if (!token.Audiences().Any(_audiences.Contains))
            return TokenVerdict.Refused($"the token is not for {string.Join(" or ", _audiences)}");
        if (!ServiceAccountSubject.TryParse(token.Text("sub"), out var space, out var account))
            return TokenVerdict.Refused("the token is not that of a service account");
        var (owner, pod) = (new BoundObject(account, ""), default(BoundObject?));
        if (token.Payload.TryGetProperty(KubernetesClaim, out var bound))
        {
            if (JsonWebToken.Text(bound, "namespace") != space || Read(bound, "serviceaccount") is not { } named || named.Name != account)
                return TokenVerdict.Refused("the token contradicts itself");
            (owner, pod) = (named, Read(bound, "pod"));
        }

        if (_workloads is { } workloads)
        {
            if (!workloads.Exists(space, owner))
                return TokenVerdict.Refused($"the service account {space}/{account} of the token is gone");
            if (pod is { } known && !workloads.Runs(space, known, account))
                return TokenVerdict.Refused($"the token is bound to pod {space}/{known.Name}, which does not run as {account}");
        }

        return TokenVerdict.Accepted(new TokenClaims(space, account, pod?.Name ?? "", pod?.Uid ?? "", expiry + Leeway));
    }

    private static BoundObject? Read(JsonElement bound, string kind) =>
        bound.ValueKind == JsonValueKind.Object && bound.TryGetProperty(kind, out var reference) && JsonWebToken.Text(reference, "name") is { Length: > 0 } name
            ? new BoundObject(name, JsonWebToken.Text(reference, "uid") ?? "")
            : null;
}
