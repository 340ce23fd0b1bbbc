using ControlPlane.Injection.Configuration;

namespace ControlPlane.Injection.Injecting;

/// <summary>What an injector goes by; a new one for each change of configuration.</summary>
/// <param name="Values">Chart values.</param>
/// <param name="Mesh">Mesh configuration.</param>
/// <param name="ProxyConfigs">Objects of kind ProxyConfig, in any order.</param>
/// <param name="Nodes">The cluster's nodes; none: all are new enough for native sidecars.</param>
/// <param name="Yaml">Reads YAML.</param>
public sealed record InjectorSettings(
    ChartValues Values, MeshSettings Mesh, IReadOnlyList<ProxyConfigObject> ProxyConfigs, IReadOnlyList<NodeFacts> Nodes, YamlParser Yaml);
