namespace ControlPlane.Security.Authority;

/// <summary>A root, for people.</summary>
/// <param name="Subject">Its name.</param>
/// <param name="Fingerprint">SHA-256 of the certificate in hexadecimal.</param>
/// <param name="NotAfter">When it ends.</param>
public sealed record RootDescription(string Subject, string Fingerprint, DateTimeOffset NotAfter);
