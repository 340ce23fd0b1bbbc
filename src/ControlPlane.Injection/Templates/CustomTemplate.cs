using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Sidecar;

namespace ControlPlane.Injection.Templates;

/// <summary>
/// A template of the user's (sidecarInjectorWebhook.templates), in the language of Go's text/template with what templates of pods use of it: all
/// actions, and the functions of <see cref="TemplateFunctions"/>. What it writes is YAML, a partial pod.
/// </summary>
internal sealed class CustomTemplate : IPodTemplate
{
    private readonly string _name;
    private readonly YamlParser _yaml;
    private readonly IReadOnlyList<TemplateNode> _body;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> _named;

    private CustomTemplate(string name, YamlParser yaml, IReadOnlyList<TemplateNode> body, IReadOnlyDictionary<string, IReadOnlyList<TemplateNode>> named) =>
        (_name, _yaml, _body, _named) = (name, yaml, body, named);

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidConfigurationException">It is not well-formed.</exception>
    public static CustomTemplate Read(string name, string text, YamlParser yaml)
    {
        try
        {
            var (body, named) = TemplateParser.Parse(text);
            return new(name, yaml, body, named);
        }
        catch (TemplateFault fault)
        {
            throw new InvalidConfigurationException($"chart value sidecarInjectorWebhook.templates.{name}: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    public JsonObject Render(TemplateInput input)
    {
        try
        {
            var text = new TemplateRun(_named, new GoMap(Data(input), GoMapKind.Struct)).Execute(_body);
            return _yaml(text) switch
            {
                null => [],
                JsonObject pod => pod,
                _ => throw new FormatException("it does not write a map"),
            };
        }
        catch (Exception fault) when (fault is TemplateFault or FormatException)
        {
            throw new FormatException($"template \"{_name}\" of sidecarInjectorWebhook.templates can't be carried out: {fault.Message}", fault);
        }
    }

    /// <summary>What templates see, under the names that Istio gives it.</summary>
    private static JsonObject Data(TemplateInput input) => new()
    {
        ["TypeMeta"] = new JsonObject { ["kind"] = input.Owner.Kind, ["apiVersion"] = input.Owner.ApiVersion },
        ["DeploymentMeta"] = new JsonObject { ["name"] = input.Owner.Name, ["namespace"] = input.Owner.Namespace },
        ["ObjectMeta"] = input.Pod["metadata"]?.DeepClone(),
        ["Spec"] = input.Pod["spec"]?.DeepClone(),
        ["ProxyConfig"] = WithMode(input),
        ["MeshConfig"] = input.Mesh.All.DeepClone(),
        ["Values"] = input.Values.All.DeepClone(),
        ["Revision"] = input.Revision,
        ["NativeSidecars"] = input.NativeByDefault,
        ["ProxyImage"] = ProxyImages.FromParts(input),
        ["ProxyInitImage"] = ProxyImages.InitFromParts(input),
        ["ProxyUID"] = input.User,
        ["ProxyGID"] = input.Group,
        ["InboundTrafficPolicyMode"] = input.Mesh.InboundToLocalhost ? "localhost" : "passthrough",
        ["CompliancePolicy"] = input.Values.Mesh.CompliancePolicy,
    };

    private static JsonObject WithMode(TemplateInput input)
    {
        var config = (JsonObject)input.ProxyConfig.DeepClone();
        config["interceptionMode"] ??= ProxyConfigs.InterceptionMode(input.ProxyConfig);
        return config;
    }
}
