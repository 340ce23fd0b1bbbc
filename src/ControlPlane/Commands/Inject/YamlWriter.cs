using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.Commands.Inject;

/// <summary>
/// Writes JSON values as YAML that every reader takes alike, of YAML 1.1 and 1.2: whatever could be taken for something else is quoted.
/// </summary>
internal static class YamlWriter
{
    private const int Step = 2;

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
        { "y", "n", "yes", "no", "on", "off", "true", "false", "null" };

    /// <summary>Writes one document, without a --- line.</summary>
    public static string Write(JsonNode value)
    {
        var text = new StringBuilder();
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                Members(text, map, 0, continued: false);
                break;
            case JsonArray { Count: > 0 } list:
                Items(text, list, 0);
                break;
            default:
                Scalar(text, value, 0);
                break;
        }

        return text.ToString();
    }

    // Depth is bounded by the reader that made the value.
    private static void Members(StringBuilder text, JsonObject map, int indent, bool continued)
    {
        foreach (var (name, value) in map)
        {
            if (!continued)
                text.Append(' ', indent);
            continued = false;
            text.Append(IsPlain(name) ? name : Quoted(name)).Append(':');
            switch (value)
            {
                case JsonObject { Count: > 0 } inner:
                    text.Append('\n');
                    Members(text, inner, indent + Step, continued: false);
                    break;
                case JsonArray { Count: > 0 } list:
                    text.Append('\n');
                    Items(text, list, indent);
                    break;
                default:
                    text.Append(' ');
                    Scalar(text, value, indent + Step);
                    break;
            }
        }
    }

    private static void Items(StringBuilder text, JsonArray list, int indent)
    {
        foreach (var item in list)
        {
            text.Append(' ', indent).Append("- ");
            switch (item)
            {
                case JsonObject { Count: > 0 } map:
                    Members(text, map, indent + Step, continued: true);
                    break;
                case JsonArray { Count: > 0 } inner:
                    text.Append('\n');
                    Items(text, inner, indent + Step);
                    break;
                default:
                    Scalar(text, item, indent + Step);
                    break;
            }
        }
    }

    private static void Scalar(StringBuilder text, JsonNode? value, int indent)
    {
        var content = value switch
        {
            null => "null",
            JsonObject => "{}",
            JsonArray => "[]",
            _ when value.GetValueKind() == JsonValueKind.String => null,
            _ => value.ToJsonString(),
        };
        var plain = content ?? value!.GetValue<string>();
        if (content is not null || IsPlain(plain))
            text.Append(plain).Append('\n');
        else if (IsBlock(plain))
            Block(text, plain, indent);
        else
            text.Append(Quoted(plain)).Append('\n');
    }

    private static void Block(StringBuilder text, string value, int indent)
    {
        text.Append(value[^1] == '\n' ? "|\n" : "|-\n");
        foreach (var line in value.TrimEnd('\n').Split('\n'))
        {
            if (line.Length > 0)
                text.Append(' ', indent).Append(line);
            text.Append('\n');
        }
    }

    /// <summary>Whether a text of several lines can stand as it is: no line could be taken for anything else.</summary>
    private static bool IsBlock(string value) =>
        value.Contains('\n', StringComparison.Ordinal) && value[0] is not (' ' or '\n' or '\t') && !value.EndsWith("\n\n", StringComparison.Ordinal)
        && value.All(c => c is '\n' or '\t' || (!char.IsControl(c) && !IsSpecial(c) && !char.IsSurrogate(c)))
        && value.Split('\n').All(line => line.Length == 0 || line[^1] is not (' ' or '\t'));

    private static bool IsPlain(string value) =>
        value.Length is > 0 and <= 200 && (char.IsAsciiLetter(value[0]) || value[0] == '/') && value[^1] != ':'
        && value.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '/' or '@' or '=' or '+' or ':' or '-' or '(' or ')' or ';')
        && !Reserved.Contains(value);

    private static string Quoted(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var c in value)
        {
            if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else if (c == '\n')
                text.Append("\\n");
            else if (c == '\t')
                text.Append("\\t");
            else if (char.IsControl(c) || IsSpecial(c))
                text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                text.Append(c);
        }

        return text.Append('"').ToString();
    }

    private static bool IsSpecial(char c) => c is '\u2028' or '\u2029' or '\ufeff' or '\u0085' or '\ufffe' or '\uffff';
}
