using System.Text.Json.Nodes;

namespace ControlPlane.Injection.Sidecar;

/// <summary>Something that makes the part of a pod that injection merges with the user's.</summary>
internal interface IPodTemplate
{
    /// <summary>Makes a partial pod; null members remove what the pod has.</summary>
    /// <exception cref="FormatException">An annotation can't be used; the message names it.</exception>
    JsonObject Render(TemplateInput input);

    /// <summary>What the pod asks for in vain, for its user; nothing by default.</summary>
    IEnumerable<string> Warnings(TemplateInput input) => [];
}
