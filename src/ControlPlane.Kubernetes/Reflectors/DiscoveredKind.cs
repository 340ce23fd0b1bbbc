namespace ControlPlane.Kubernetes.Reflectors;

/// <summary>How the server serves a kind.</summary>
/// <param name="ApiVersion">The version to ask for; "" for none.</param>
/// <param name="ForeignVersions">Versions that are served though we don't know them; asked for only where there is no other.</param>
internal sealed record DiscoveredKind(string ApiVersion, IReadOnlyList<string> ForeignVersions);
