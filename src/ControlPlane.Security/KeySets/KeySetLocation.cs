namespace ControlPlane.Security.KeySets;

/// <summary>Where the keys of an issuer of end users' tokens are, as a user wrote it.</summary>
/// <param name="Name">By which the set is known: the URI of the set, or the issuer whose discovery document names it.</param>
/// <param name="IsIssuer">Whether the name is that of an issuer.</param>
/// <param name="Timeout">How long fetching may take.</param>
public sealed record KeySetLocation(string Name, bool IsIssuer, TimeSpan Timeout);
