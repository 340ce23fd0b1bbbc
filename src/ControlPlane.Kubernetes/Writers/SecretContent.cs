using System.Collections.Immutable;

namespace ControlPlane.Kubernetes.Writers;

/// <summary>What a Secret held at one moment. Its values are never shown.</summary>
/// <param name="ResourceVersion">The state that it is.</param>
/// <param name="Texts">Its values as texts, by key.</param>
public sealed record SecretContent(string ResourceVersion, ImmutableSortedDictionary<string, string> Texts)
{
    /// <summary>The keys.</summary>
    public override string ToString() => $"version {ResourceVersion}: {string.Join(", ", Texts.Keys)}";
}
