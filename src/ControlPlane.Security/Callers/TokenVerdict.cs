namespace ControlPlane.Security.Callers;

/// <summary>What a verifier makes of a token.</summary>
/// <param name="Claims">What the token says; null where it is not to be trusted.</param>
/// <param name="Reason">Why not: for the log. It never holds the token.</param>
public sealed record TokenVerdict(TokenClaims? Claims, string Reason)
{
    /// <summary>The token is good.</summary>
    public static TokenVerdict Accepted(TokenClaims claims) => new(claims, "");

    /// <summary>The token is not good, or not one of this verifier's.</summary>
    public static TokenVerdict Refused(string reason) => new(null, reason);
}
