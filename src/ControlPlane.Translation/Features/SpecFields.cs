using System.Text.Json;
using ControlPlane.Model.Objects;
using ControlPlane.Translation.Features.Validation;

namespace ControlPlane.Translation.Features;

/// <summary>
/// Reads the specification of a kind that has no message (those of Kubernetes itself and of the Gateway API), field by field. A value of the wrong
/// type refuses the object.
/// </summary>
internal sealed class SpecFields(Problems problems)
{
    private const int MaxDepth = 64;

    /// <summary>The specification, to be disposed of; null where it is no JSON object.</summary>
    public JsonDocument? Parse(ConfigObject source)
    {
        try
        {
            var document = JsonDocument.Parse(source.SpecJson, new JsonDocumentOptions { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            problems.Error("spec", "an object is required");
        }
        catch (JsonException exception)
        {
            problems.Error("spec", exception.Message);
        }

        return null;
    }

    /// <summary>Whether an object has a field that is not null.</summary>
    public static bool Has(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A field that is an object; one without fields where it is absent.</summary>
    public static JsonElement Part(JsonElement element, string name) => Has(element, name) ? element.GetProperty(name) : default;

    /// <summary>A text, "" where it is absent.</summary>
    /// <param name="element">The object.</param>
    /// <param name="name">Name of the field.</param>
    /// <param name="path">Path of the object.</param>
    public string Text(JsonElement element, string name, string path)
    {
        if (!Has(element, name))
            return "";
        var value = element.GetProperty(name);
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString()!;
        problems.Error($"{path}.{name}", "a text is required");
        return "";
    }

    /// <summary>A port, 0 where it is absent.</summary>
    public int Port(JsonElement element, string name, string path)
    {
        if (!Has(element, name))
            return 0;
        if (element.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && (number == 0 || NameRules.IsPort(number)))
            return number;
        problems.Error($"{path}.{name}", "a port is required");
        return 0;
    }

    /// <summary>The elements of a list with their paths; none where it is absent.</summary>
    public List<(JsonElement Element, string Path)> List(JsonElement element, string name, string path)
    {
        if (!Has(element, name))
            return [];
        if (element.GetProperty(name) is { ValueKind: JsonValueKind.Array } list)
            return [.. list.EnumerateArray().Select((e, i) => (e, $"{path}.{name}[{i}]"))];
        problems.Error($"{path}.{name}", "a list is required");
        return [];
    }
}
