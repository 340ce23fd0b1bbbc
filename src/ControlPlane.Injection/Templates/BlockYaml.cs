using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Templates;

/// <summary>Writes values as YAML in block form for the function toYaml: keys and scalars in JSON's form, which is YAML too.</summary>
internal static class BlockYaml
{
    /// <summary>The text, without a line break at its end.</summary>
    public static string Write(JsonNode? value)
    {
        var text = new StringBuilder();
        Write(text, value, 0);
        return text.ToString().Trim('\n');
    }

    private static void Write(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                foreach (var (name, member) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
                {
                    text.Append('\n').Append(' ', indent).Append(IsPlain(name) ? name : JsonText.Write(name)).Append(':');
                    Write(text, member, indent + 2);
                }

                break;
            case JsonArray { Count: > 0 } list:
                foreach (var item in list)
                {
                    text.Append('\n').Append(' ', indent).Append('-');
                    Write(text, item, indent + 2);
                }

                break;
            default:
                text.Append(' ').Append(JsonText.Write(value));
                break;
        }
    }

    private static bool IsPlain(string name) => name.Length > 1 && name.All(char.IsAsciiLetter) && name is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off");
}
