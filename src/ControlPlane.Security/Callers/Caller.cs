using ControlPlane.Security.Identities;

namespace ControlPlane.Security.Callers;

/// <summary>Who a caller was proven to be.</summary>
/// <param name="Identity">The identity.</param>
/// <param name="Proof">How it was proven.</param>
/// <param name="PodName">The pod that the proof is bound to; "" where it is bound to none.</param>
/// <param name="PodUid">UID of that pod; "" where it is not known.</param>
/// <param name="ValidUntil">When the proof ends.</param>
/// <param name="CredentialId">Tells one credential from another without being one: a hash.</param>
public sealed record Caller(SpiffeId Identity, CallerProof Proof, string PodName, string PodUid, DateTimeOffset ValidUntil, string CredentialId);
