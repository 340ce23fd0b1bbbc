using Microsoft.Extensions.Logging;

namespace ControlPlane.Security.Callers;

/// <summary>Makes verifiers of tokens.</summary>
public static class JwtVerifiers
{
    /// <summary>A verifier of the tokens of an issuer.</summary>
    /// <param name="rule">The issuer.</param>
    /// <param name="audiences">The audiences where the rule has none.</param>
    /// <param name="workloads">What tokens may be bound to; null where there is no telling.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Hears of key sets that can't be fetched.</param>
    public static JwtVerifier Of(JwtRule rule, IReadOnlyList<string> audiences, IWorkloadDirectory? workloads, TimeProvider time, ILogger<JwtVerifier> logger)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ITokenKeys keys = rule.Jwks.Length > 0
            ? new FixedKeys(JsonWebKeys.Parse(rule.Jwks))
            : new FetchedKeys(new Uri(rule.JwksUri), NewClient(), time, logger);
        return new JwtVerifier(rule.Issuer, rule.Audiences.Count > 0 ? [.. rule.Audiences] : audiences, keys, workloads, time);
    }

    /// <summary>A verifier of the tokens that this control plane issues itself.</summary>
    public static JwtVerifier Of(IssuedTokens tokens, IReadOnlyList<string> audiences, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return new JwtVerifier(IssuedTokens.Issuer, audiences, tokens.Keys, workloads: null, time);
    }

    // No redirects: what an operator wrote is where keys come from.
    private static HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { MaxResponseContentBufferSize = JsonWebKeys.MaxBytes };
}
