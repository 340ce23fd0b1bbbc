namespace ControlPlane.Security.Callers;

/// <summary>What a token that was verified says.</summary>
/// <param name="Namespace">Namespace of the service account.</param>
/// <param name="ServiceAccount">The service account.</param>
/// <param name="PodName">The pod it is bound to; "" where it is bound to none.</param>
/// <param name="PodUid">UID of that pod; "" where it is not known.</param>
/// <param name="ExpiresAt">When it is no longer accepted; the greatest time where it does not end.</param>
public sealed record TokenClaims(string Namespace, string ServiceAccount, string PodName, string PodUid, DateTimeOffset ExpiresAt);
