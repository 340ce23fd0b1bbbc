using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Sidecar;

namespace ControlPlane.Injection.Templates;

/// <summary>A template of the user's, in the language of Go's text/template.</summary>
internal sealed class CustomTemplate(string name) : IPodTemplate
{
    /// <summary>Reads one.</summary>
    public static CustomTemplate Read(string name, string text, YamlParser yaml) => new(name);

    /// <inheritdoc/>
    public JsonObject Render(TemplateInput input) =>
        throw new FormatException($"template \"{name}\" of sidecarInjectorWebhook.templates can't be used: templates of one's own are not supported");
}
