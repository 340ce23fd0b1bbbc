using ControlPlane.Injection.Agentless;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Sidecar;

namespace ControlPlane.Injection.Injecting;

/// <summary>The templates that pods may name; one of the user's with a known name replaces ours.</summary>
internal sealed class TemplateCatalog
{
    public const string Sidecar = "sidecar";

    private readonly SortedDictionary<string, IPodTemplate> _templates = new(StringComparer.Ordinal)
    {
        [Sidecar] = new SidecarTemplate(),
        ["gateway"] = new GatewayTemplate(),
        ["grpc-simple"] = new GrpcSimpleTemplate(),
        ["grpc-agent"] = new GrpcAgentTemplate(),
        [AgentlessTemplate.Name] = new AgentlessTemplate(),
    };

    public TemplateCatalog(ChartValues values, YamlParser yaml)
    {
        foreach (var (name, text) in values.CustomTemplates)
            _templates[name] = Templates.CustomTemplate.Read(name, text, yaml);
    }

    /// <summary>A template by its name.</summary>
    /// <exception cref="FormatException">There is none; says which there are.</exception>
    public IPodTemplate Find(string name) => _templates.GetValueOrDefault(name)
        ?? throw new FormatException($"template \"{name}\" is asked for, but there is none of that name; there are {string.Join(", ", _templates.Keys)}");
}
