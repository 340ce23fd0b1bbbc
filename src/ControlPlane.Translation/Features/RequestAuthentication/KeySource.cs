namespace ControlPlane.Translation.Features.RequestAuthentication;

/// <summary>Keys that a rule wants to be fetched.</summary>
/// <param name="Name">By which they are known (<see cref="KeySources.Table"/>): the jwksUri, or the issuer whose discovery document names it.</param>
/// <param name="IsIssuer">Whether the name is that of an issuer.</param>
/// <param name="Timeout">How long fetching may take.</param>
public sealed record KeySource(string Name, bool IsIssuer, TimeSpan Timeout);
