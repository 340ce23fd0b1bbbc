using ControlPlane.Model.Proxies;

namespace ControlPlane.Debug;

/// <summary>What a caller may see.</summary>
/// <param name="Namespace">The only namespace whose proxies it may see; null for all.</param>
internal sealed record DebugScope(string? Namespace)
{
    public static DebugScope Everything { get; } = new((string?)null);

    public bool Covers(ProxyDescriptor proxy) => Namespace is null || proxy.Namespace == Namespace;
}
