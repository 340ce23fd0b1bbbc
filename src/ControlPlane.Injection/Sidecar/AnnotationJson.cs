using System.Text.Json.Nodes;
using ControlPlane.Injection.Configuration;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Sidecar;

/// <summary>Reads annotations that hold JSON.</summary>
internal static class AnnotationJson
{
    /// <summary>A map.</summary>
    /// <exception cref="FormatException">It is not well-formed JSON or no map; names the annotation.</exception>
    public static JsonObject Map(string annotation, string text)
    {
        try
        {
            return JsonText.Parse(text) as JsonObject ?? throw new FormatException("a JSON object is expected");
        }
        catch (FormatException fault)
        {
            throw new FormatException(AnnotationRules.Message(annotation, text, fault.Message), fault);
        }
    }

    /// <summary>A map of maps, each entry with its key as name first, sorted by key.</summary>
    /// <exception cref="FormatException">It is anything else; names the annotation.</exception>
    public static IEnumerable<JsonObject> NamedMaps(string annotation, string text)
    {
        foreach (var (name, value) in Map(annotation, text).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (value is not JsonObject fields)
                throw new FormatException(AnnotationRules.Message(annotation, text, $"the value of {name} must be a JSON object"));
            var item = new JsonObject { ["name"] = name };
            foreach (var (field, content) in fields)
            {
                if (field != "name" && content is not null)
                    item[field] = JsonTree.WithoutNulls(content);
            }

            yield return item;
        }
    }
}
