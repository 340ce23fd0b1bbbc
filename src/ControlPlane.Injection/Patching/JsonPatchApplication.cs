using System.Globalization;
using System.Text.Json.Nodes;
using ControlPlane.Injection.Json;

namespace ControlPlane.Injection.Patching;

/// <summary>Applies the operations that <see cref="JsonPatch"/> makes: add, remove, replace.</summary>
internal static class JsonPatchApplication
{
    /// <summary>A patched copy.</summary>
    /// <exception cref="FormatException">An operation is unknown or its path does not exist.</exception>
    public static JsonObject Apply(JsonObject source, JsonArray operations)
    {
        var result = (JsonObject)source.DeepClone();
        foreach (var operation in operations.Objects())
        {
            var path = (operation.Text("path") ?? "").Split('/').Skip(1).Select(Unescape).ToList();
            if (path.Count == 0)
                throw new FormatException("a patch of the whole value is not supported");
            JsonNode? parent = result;
            foreach (var part in path.SkipLast(1))
                parent = parent switch { JsonObject map => map[part], JsonArray list => list[Index(part)], _ => null };
            Apply(operation, parent, path[^1]);
        }

        return result;
    }

    private static void Apply(JsonObject operation, JsonNode? parent, string last)
    {
        var value = operation["value"]?.DeepClone();
        switch (operation.Text("op"), parent)
        {
            case ("add" or "replace", JsonObject map):
                map[last] = value;
                break;
            case ("remove", JsonObject map):
                map.Remove(last);
                break;
            case ("add", JsonArray list):
                list.Insert(Index(last), value);
                break;
            case ("replace", JsonArray list):
                list[Index(last)] = value;
                break;
            case ("remove", JsonArray list):
                list.RemoveAt(Index(last));
                break;
            default:
                throw new FormatException($"the patch operation {operation.Text("op")} at {operation.Text("path")} can't be applied");
        }
    }

    private static int Index(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Unescape(string part) => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
