namespace ControlPlane.Translation.Views.Services;

/// <summary>Another name of a service: an ExternalName Service that leads to it, directly or through others.</summary>
/// <param name="Host">Fully qualified host of the alias.</param>
/// <param name="Namespace">Namespace of the alias.</param>
public sealed record ServiceAlias(string Host, string Namespace);
